from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from server.drives import runs
from server.drives.models import Camera, Side, Stage
from server.houses.models import House, HouseScore
from server.houses.services import publish_scores
from server.labels.models import Label
from server.labels.services import record_verdict
from server.maps.services import publish_heat
from tests.server.factories import (
    make_camera,
    make_drive,
    make_house,
    make_season,
    make_superuser,
    make_vote,
    see,
)

pytestmark = pytest.mark.django_db
OWN_MODELS = [model for model in admin.site._registry if model.__module__.startswith("server.")]


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make_superuser())
    return client


@pytest.fixture
def a_night() -> House:
    """A row of nearly everything."""
    season, sighting = make_season(), see(make_house())
    publish_scores(scorer=sighting.scorer, season=season)
    score = HouseScore.objects.get()
    publish_heat(scorer=score.scorer, season=score.season)
    runs.open_stage(drive=sighting.frame.drive, stage=Stage.PROBE)
    make_vote(house=score.house, season=score.season)
    record_verdict(frame=sighting.frame, author=make_superuser(), verdict=Label.Verdict.FESTIVE)
    return score.house


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model.__name__)
def test_every_list_and_every_row_opens(model: type, staff: Client, a_night: House) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert staff.get(reverse(f"{name}_changelist")).status_code == 200
    row = model._default_manager.first()
    if row:
        assert staff.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200


def test_a_house_is_taken_off_the_map_and_put_back(staff: Client, a_night: House) -> None:
    page = reverse("admin:houses_house_changelist")
    for action, visible in (("hide", 0), ("show", 1)):
        staff.post(page, {"action": action, "_selected_action": [a_night.pk]})
        assert House.objects.visible().count() == visible


def test_a_failed_drive_is_tried_again(staff: Client, a_night: House) -> None:
    drive = a_night.sightings.get().frame.drive
    run = runs.claim(drive.stage_runs.get().pk)
    assert run is not None
    runs.fail(run, error="a bug", told="It failed.")
    staff.post(reverse("admin:drives_drive_changelist"), {"action": "resume", "_selected_action": [drive.pk]})
    assert drive.stage_runs.open().count() == 1


def change_camera(staff: Client, camera: Camera, **changes: object) -> None:
    known = {name: getattr(camera, name) for name in ("side", "mount_angle_deg", "field_of_view_deg")}
    posted = {**known, "clock_offset_ms": camera.clock_offset_ms, **changes}
    staff.post(reverse("admin:drives_camera_change", args=[camera.pk]), posted)
    camera.refresh_from_db()


def test_a_camera_turned_to_the_other_side_sends_its_drive_through_placing_again(staff: Client) -> None:
    camera = make_camera(make_drive(stage=Stage.DONE), Side.RIGHT)
    change_camera(staff, camera, side="left")
    assert camera.mount_angle_deg == -90
    assert [run.stage for run in camera.drive.stage_runs.open()] == [Stage.LOCATE]


def test_a_camera_that_stays_as_it_is_moves_nothing(staff: Client) -> None:
    camera = make_camera(make_drive(stage=Stage.DONE), Side.RIGHT)
    change_camera(staff, camera)
    assert not camera.drive.stage_runs.exists()


def test_a_field_of_view_that_no_camera_has_is_not_saved(staff: Client) -> None:
    camera = make_camera(make_drive(stage=Stage.DONE), Side.RIGHT)
    change_camera(staff, camera, field_of_view_deg=400)
    assert camera.field_of_view_deg == 67


def test_what_others_are_computed_from_is_not_deleted_by_hand(staff: Client, a_night: House) -> None:
    assert staff.get(reverse("admin:houses_house_delete", args=[a_night.pk])).status_code == 403
