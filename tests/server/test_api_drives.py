"""A driver's own drives over the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from server.accounts.models import User
from server.drives.models import Drive, Footage, Stage, StageRun
from tests.server.factories import (
    HOME,
    NIGHT,
    make_drive,
    make_footage,
    make_frame,
    make_track_point,
    make_user,
    place,
    score_frame,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def driver() -> User:
    return make_user()


@pytest.fixture
def client(driver: User) -> Client:
    client = Client()
    client.force_login(driver)
    return client


def make_run(drive: Drive, stage: Stage, **fields: object) -> StageRun:
    return StageRun.objects.create(drive=drive, stage=stage, **{"due_at": timezone.now(), **fields})


def read(client: Client, drive: Drive, part: str = "") -> dict:
    return client.get(f"/api/drives/{drive.public_id}/{part}").json()


def test_a_drive_begins_with_a_title(client: Client, driver: User) -> None:
    answer = client.post("/api/drives/", {"title": "Christmas Eve"}, content_type="application/json")
    drive = Drive.objects.get()
    assert (answer.status_code, answer.json()["id"]) == (201, drive.public_id)
    assert (drive.title, drive.driver, drive.stage) == ("Christmas Eve", driver, Stage.UPLOAD)


@pytest.mark.parametrize("title", ["", " ", "x" * 121, None, ["a"], "a\0b"])
def test_a_senseless_title_gets_a_sentence(client: Client, title: object) -> None:
    answer = client.post("/api/drives/", {"title": title}, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (400, ["title"])


@pytest.mark.parametrize("body", ["{", "[]", '"x"', "\x00"])
def test_a_body_that_is_no_drive_gets_a_sentence(client: Client, body: str) -> None:
    assert client.post("/api/drives/", body, content_type="application/json").status_code == 400


def test_the_list_holds_own_drives_only(client: Client, driver: User) -> None:
    mine = make_drive(driver)
    make_drive()
    assert [row["id"] for row in client.get("/api/drives/").json()["results"]] == [mine.public_id]


def test_the_title_can_be_changed_and_nothing_else(client: Client, driver: User) -> None:
    drive = make_drive(driver)
    changes = {"title": "New", "stage": "done", "synthetic": True}
    client.patch(f"/api/drives/{drive.public_id}/", changes, content_type="application/json")
    drive.refresh_from_db()
    assert (drive.title, drive.stage, drive.synthetic) == ("New", Stage.UPLOAD, False)


def test_file_counts_balance(client: Client, driver: User) -> None:
    drive = make_drive(driver)
    make_footage(drive)
    make_footage(drive, state=Footage.State.RECEIVED)
    for reason in ("empty", "empty", "no_time"):
        make_footage(drive, state=Footage.State.REJECTED, reason=reason)
    files = read(client, drive)["files"]
    assert files["files"] == files["received"] + files["accepted"] + files["rejected"] == 5
    assert files["reasons"] == {"empty": 2, "no_time": 1}


def test_progress_tells_pace_parts_and_what_lies_ahead(client: Client, driver: User) -> None:
    drive = make_drive(driver, stage=Stage.SCORE)
    begun = timezone.now() - timedelta(seconds=10)
    done = {"state": StageRun.State.DONE, "started_at": begun}
    make_run(drive, Stage.PROBE, **done, count_in=42, count_out=41, count_rejected=1)
    make_run(drive, Stage.SAMPLE, **done, count_in=41, count_out=40, count_rejected=1)
    make_run(drive, Stage.SCORE, **done, count_in=5, count_out=5)
    make_run(
        drive, Stage.SCORE, part=1, state=StageRun.State.RUNNING, started_at=begun, count_in=5, count_out=5
    )
    stages = {row["stage"]: row for row in read(client, drive)["stages"]}
    score = stages["score"]
    assert [row["state"] for row in stages.values()] == ["done", "done", "running", "ahead", "ahead", "ahead"]
    assert (score["count_in"], score["expected"], score["parts_done"], score["parts_total"]) == (10, 40, 1, 2)
    assert score["seconds_left"] == pytest.approx(30, abs=2)
    assert all(row["count_in"] == row["count_out"] + row["count_rejected"] for row in stages.values())


def test_a_failed_stage_says_so(client: Client, driver: User) -> None:
    drive = make_drive(driver, stage=Stage.LOCATE, failure="The track is empty.")
    states = {row["stage"]: row["state"] for row in read(client, drive)["stages"]}
    assert (states["score"], states["locate"], states["publish"]) == ("done", "failed", "ahead")


def test_a_rejected_file_says_why_and_what_to_do(client: Client, driver: User) -> None:
    drive = make_drive(driver)
    make_footage(drive)
    make_footage(drive, name="b.jpg", state="rejected", reason="empty", detail="0 bytes")
    page = read(client, drive, "footage/?state=rejected")
    row = page["results"][0]
    assert (page["count"], row["name"], row["reason"], row["detail"]) == (1, "b.jpg", "empty", "0 bytes")
    assert "Copy it from the camera again" in row["sentence"]


def test_an_unknown_state_is_refused(client: Client, driver: User) -> None:
    drive = make_drive(driver)
    assert client.get(f"/api/drives/{drive.public_id}/footage/?state=odd").status_code == 400


def test_the_track_is_a_line_in_order_of_time(client: Client, driver: User) -> None:
    drive = make_drive(driver)
    make_track_point(drive, NIGHT + timedelta(seconds=9), place(90))
    make_track_point(drive, NIGHT, HOME)
    track = read(client, drive, "track/")
    assert (track["type"], track["geometry"]["type"]) == ("Feature", "LineString")
    assert track["geometry"]["coordinates"][0] == list(HOME)
    assert len(track["properties"]["times"]) == 2


@pytest.mark.parametrize(("fixes", "kind"), [(0, None), (1, "Point")])
def test_a_line_needs_two_fixes(client: Client, driver: User, fixes: int, kind: str | None) -> None:
    drive = make_drive(driver)
    for _fix in range(fixes):
        make_track_point(drive)
    geometry = read(client, drive, "track/")["geometry"]
    assert (geometry and geometry["type"]) == kind


def test_frames_lie_where_they_were_taken_with_their_festivity(client: Client, driver: User) -> None:
    drive = make_drive(driver)
    frame = make_frame(drive, "left", NIGHT)
    make_frame(drive, "right", NIGHT + timedelta(seconds=1))
    score_frame(frame, 0.1)
    first, second = read(client, drive, "frames/")["features"]
    assert (first["id"], first["geometry"]["coordinates"]) == (frame.public_id, list(HOME))
    assert (first["properties"]["festivity"], first["properties"]["points"]) == (0.1, 71.3)
    assert (first["properties"]["side"], second["properties"]["festivity"]) == ("left", None)


def test_frames_are_read_in_a_few_queries(
    client: Client, driver: User, django_assert_max_num_queries: object
) -> None:
    drive = make_drive(driver)
    for second in range(20):
        score_frame(make_frame(drive, at=NIGHT + timedelta(seconds=second)))
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        read(client, drive, "frames/")


def test_an_empty_drive_is_not_submitted_and_says_why(client: Client, driver: User) -> None:
    answer = client.post(f"/api/drives/{make_drive(driver).public_id}/submit/")
    assert (answer.status_code, "no files" in answer.json()["detail"]) == (409, True)


def test_a_submitted_drive_goes_on_its_way_once(client: Client, driver: User) -> None:
    drive = make_drive(driver)
    make_footage(drive)
    address = f"/api/drives/{drive.public_id}/submit/"
    assert [client.post(address).json()["stage"] for _again in range(2)] == ["probe", "probe"]
    assert drive.stage_runs.count() == 1
