from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.gis.geos import Point
from django.db.models import Model
from django.db.models.signals import post_save
from django.test import Client
from django.urls import reverse

from server.drives import runs
from server.drives.models import Camera, Drive, Side, Stage
from server.frames.models import Frame
from server.frames.queries import live_scorer
from server.houses.identity.leaving import recentre
from server.houses.models import House, HouseScore
from server.houses.services import publish_scores
from server.jobs.models import Job
from server.labels.models import Label
from server.labels.services import record_verdict
from server.maps.models import MapHouse
from server.maps.services import publish_heat
from server.trust.models import Report
from server.trust.services import file_report
from server.votes.models import Vote
from tests.server.factories import (
    make_camera,
    make_drive,
    make_house,
    make_season,
    make_superuser,
    make_vote,
    place,
    see,
)
from workers import jobs

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


def act(staff: Client, model: str, action: str, *rows: Model) -> Job:
    """Ticks rows of a list, chooses an action, is led to its job, and lets a worker do it."""
    asked = {"action": action, "_selected_action": [row.pk for row in rows]}
    answer = staff.post(reverse(f"admin:{model}_changelist"), asked)
    job = Job.objects.latest("pk")
    assert answer.headers["Location"] == job.get_absolute_url()
    jobs.run_job(job.pk)
    job.refresh_from_db()
    return job


def test_a_house_is_taken_off_the_map_and_put_back(staff: Client, a_night: House) -> None:
    for action, visible in (("hide", 0), ("show", 1)):
        assert act(staff, "houses_house", action, a_night).outcome == {"changed": 1}
        assert House.objects.visible().count() == visible


def test_a_job_that_is_done_twice_changes_nothing_more(staff: Client, a_night: House) -> None:
    job = act(staff, "houses_house", "hide", a_night)
    Job.objects.update(state=Job.State.WAITING)
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.outcome) == (Job.State.DONE, {"changed": 0})


def test_ticked_houses_become_one(staff: Client, a_night: House) -> None:
    other = see(make_house(place(5))).house
    act(staff, "houses_house", "merge", a_night, other)
    assert House.objects.visible().get().sightings.count() == 2


def test_one_house_alone_is_not_merged(staff: Client, a_night: House) -> None:
    asked = {"action": "merge", "_selected_action": [a_night.pk]}
    page = staff.post(reverse("admin:houses_house_changelist"), asked, follow=True)
    assert b"at least two" in page.content
    assert not Job.objects.exists()


def test_sightings_are_parted_from_their_house(staff: Client, a_night: House) -> None:
    stranger = see(a_night)
    job = act(staff, "houses_sighting", "part", stranger)
    stranger.refresh_from_db()
    assert stranger.house not in (None, a_night)
    assert job.outcome["page"] == reverse("review:house", args=[a_night.public_id])


def test_frames_are_called_not_festive(staff: Client, a_night: House) -> None:
    frame = a_night.sightings.get().frame
    act(staff, "frames_frame", "say_not_festive", frame)
    frame.refresh_from_db()
    assert frame.not_festive
    assert frame.labels.count() == 2


def test_a_frame_that_is_deleted_meanwhile_is_passed_over(staff: Client, a_night: House) -> None:
    frame, gone = a_night.sightings.get().frame, see(a_night).frame

    def delete(**_sent: object) -> None:
        Frame.objects.filter(pk=gone.pk).delete()

    post_save.connect(delete, sender=Label)
    try:
        job = act(staff, "frames_frame", "say_not_festive", frame, gone)
    finally:
        post_save.disconnect(delete, sender=Label)
    assert (job.state, job.outcome) == (Job.State.DONE, {"changed": 1})


def test_a_frame_that_was_set_aside_is_tried_again(staff: Client, a_night: House) -> None:
    frame = a_night.sightings.get().frame
    Frame.objects.update(poisoned=True)
    Drive.objects.update(stage=Stage.DONE)
    job = act(staff, "frames_frame", "look_again", frame)
    frame.refresh_from_db()
    assert (frame.poisoned, frame.drive.stage) == (False, Stage.SCORE)
    assert (job.state, job.count_done, job.count_expected) == (Job.State.WAITING, 0, 1)
    Drive.objects.update(stage=Stage.DONE)
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_a_drive_that_waits_for_its_driver_is_not_waited_for(staff: Client, a_night: House) -> None:
    Drive.objects.update(stage=Stage.LOCATE, failure="Tell which way the camera faced.")
    job = act(staff, "frames_frame", "look_again", a_night.sightings.get().frame)
    assert job.state == Job.State.DONE
    assert "Tell which way the camera faced." in job.lines.get().text


def test_held_votes_are_counted(staff: Client, a_night: House) -> None:
    Vote.objects.update(state=Vote.State.HELD, reasons=["burst"])
    act(staff, "votes_vote", "count", Vote.objects.get())
    assert Vote.objects.get().state == Vote.State.COUNTED


def test_a_report_is_granted(staff: Client, a_night: House) -> None:
    report = file_report(house=a_night, kind=Report.Kind.OPT_OUT)
    act(staff, "trust_report", "take_off", report)
    report.refresh_from_db()
    assert (report.state, House.objects.visible().count()) == (Report.State.GRANTED, 0)


def test_a_house_that_a_person_placed_stays_there(staff: Client, a_night: House) -> None:
    page = reverse("admin:houses_house_change", args=[a_night.pk])
    where = place(40)
    form = {
        "position": Point(*where).geojson,
        "placed_by_hand": "",
        "sightings-TOTAL_FORMS": 0,
        "sightings-INITIAL_FORMS": 0,
    }
    assert staff.post(page, form).status_code == 302
    recentre([a_night.pk], live_scorer())
    a_night.refresh_from_db()
    assert a_night.placed_by_hand
    assert a_night.position.coords == pytest.approx(where)
    assert MapHouse.objects.get().across == pytest.approx((where[0] + 180) / 360 * 2**20)


def test_the_place_of_a_frame_is_shown_and_not_changed(staff: Client, a_night: House) -> None:
    frame = a_night.sightings.get().frame
    page = reverse("admin:frames_frame_change", args=[frame.pk])
    assert b"leaflet" in staff.get(page).content
    staff.post(page, {"position": Point(*place(500)).geojson})
    before = frame.position
    frame.refresh_from_db()
    assert frame.position == before


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
