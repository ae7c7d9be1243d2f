"""A drive's cameras for its driver: how they are told apart, what is asked, and how an answer is taken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from server.drives.cameras.answers import CannotChange, Next, say, swap_sides
from server.drives.cameras.clock_words import read_offset_ms, said_offset, typed_offset
from server.drives.cameras.keys import camera_key, camera_name
from server.drives.cameras.settling import questions, settle_cameras, what_to_do
from server.drives.models import Camera, Drive, Footage, SideBy, Stage, StageRun
from tests.server.factories import (
    NIGHT,
    give_picture,
    make_camera,
    make_drive,
    make_footage,
    make_frame,
    make_track_point,
    make_user,
    place,
)

pytestmark = pytest.mark.django_db


def waiting_drive(**camera: object) -> Drive:
    """A drive that stands at placing because a camera with one frame is in doubt."""
    drive = make_drive(stage=Stage.LOCATE, failure="Tell which way the cameras faced.")
    StageRun.objects.create(drive=drive, stage=Stage.LOCATE, state=StageRun.State.FAILED, due_at=NIGHT)
    frame = give_picture(make_frame(drive))
    Camera.objects.filter(pk=frame.camera_id).update(**{"clock_confidence": 1.0, **camera})
    make_track_point(drive, frame.captured_at)
    Footage.objects.update(device_at=NIGHT)
    return drive


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("DCIM/100GOPRO", "GX010001.MP4", "", ""), ("DCIM/101GOPRO", "GX020001.MP4", "", ""), True),
        (("", "IMG_1.jpg", "", ""), ("", "PXL_1.jpg", "", ""), False),
        (("", "IMG_1.jpg", "Pixel 7", ""), ("", "VID_1.mp4", "Pixel 7", ""), True),
        (("driver", "IMG_1.jpg", "Pixel 7", ""), ("passenger", "IMG_1.jpg", "Pixel 7", ""), False),
        (("", "IMG_1.jpg", "Pixel 7", "left"), ("b", "IMG_1.jpg", "Pixel 7", "left"), True),
        (("", "IMG_1.jpg", "Pixel 7", "left"), ("", "IMG_1.jpg", "Pixel 7", "right"), False),
    ],
)
def test_a_camera_is_told_by_its_side_its_device_and_where_its_files_lay(
    one: tuple[str, ...], other: tuple[str, ...], same: bool
) -> None:
    assert (camera_key(*one) == camera_key(*other)) is same


def test_a_camera_is_named_as_its_driver_knows_it() -> None:
    assert camera_name("left", "IMG_1.jpg", "Pixel 7") == "Pixel 7, folder left"
    assert camera_name("", "GX010001.MP4", "GoPro HERO5") == "GoPro HERO5"
    assert camera_name("DCIM", "a.jpg", "") == "Folder DCIM"
    assert camera_name("", "IMG_1.jpg", "") == "Files IMG…"


@pytest.mark.parametrize("typed", ["+0:00:00.0", "-8:00:12.5", "+31:00:01.234", "-0:59:59.0"])
def test_an_offset_reads_back_as_it_was_typed(typed: str) -> None:
    offset_ms = read_offset_ms(typed)
    assert offset_ms is not None
    assert typed_offset(offset_ms) == typed


@pytest.mark.parametrize("typed", ["", "soon", "1:2:3:4", "8h", "nan", "1e9", "--5", "\u0668:00", "5" * 40])
def test_what_is_no_offset_is_none(typed: str) -> None:
    assert read_offset_ms(typed) is None


def test_an_offset_is_said_in_words() -> None:
    assert said_offset(0) == "right"
    assert said_offset(28_812_000) == "8 h 12 s slow"
    assert said_offset(-90_500) == "1 min 30.5 s fast"


def test_a_side_that_is_said_sends_the_waiting_drive_on() -> None:
    drive = waiting_drive(side="", side_by="")
    assert [asked.about for asked in questions(drive)] == ["side"]
    camera = drive.cameras.get()
    assert say(camera, side="left") == Next.GOES_ON
    camera.refresh_from_db()
    assert (camera.side, camera.side_by, camera.mount_angle_deg) == ("left", "person", -90)
    drive.refresh_from_db()
    assert (drive.failure, drive.stage_runs.open().count()) == ("", 1)


def test_one_answer_of_two_leaves_the_drive_waiting() -> None:
    drive = waiting_drive(side="", side_by="", clock_confidence=0.2)
    assert say(drive.cameras.get(), side="left") == Next.MORE_TO_SAY
    assert what_to_do(questions(drive)).startswith("The clock of a camera is not sure.")
    assert say(drive.cameras.get(), offset_ms=0) == Next.GOES_ON


def test_an_offset_that_is_confirmed_unchanged_stays_as_it_was_found() -> None:
    drive = waiting_drive(clock_confidence=0.2, clock_offset_ms=3_600_044, clock_by="motion")
    say(drive.cameras.get(), offset_ms=3_600_000)
    camera = drive.cameras.get()
    assert (camera.clock_offset_ms, camera.clock_by) == (3_600_044, "motion")
    assert camera.clock_confirmed_at


def test_two_cameras_that_seem_to_face_the_same_way_are_asked_about() -> None:
    drive = waiting_drive(side_by=SideBy.NAME)
    second = make_camera(drive, "left", clock_confidence=1.0)
    make_footage(drive, "left", device_at=NIGHT)
    Camera.objects.filter(pk=second.pk).update(side="right", side_by=SideBy.FLOW, side_confidence=0.9)
    assert [(asked.about, asked.camera) for asked in questions(drive)] == [("clash", second)]
    say(Camera.objects.get(pk=second.pk), side="left")
    assert questions(drive) == []


def test_files_outside_the_track_are_asked_about_unless_a_person_has_confirmed_the_clock() -> None:
    drive = waiting_drive(clock_confidence=0.9)
    Footage.objects.update(device_at=NIGHT - timedelta(hours=2))
    assert [asked.about for asked in questions(drive)] == ["clock"]
    say(drive.cameras.get(), offset_ms=0)
    assert questions(drive) == []


def test_pictures_of_another_year_are_laid_on_the_track_to_begin_with() -> None:
    drive = make_drive(stage=Stage.PROBE)
    for second in range(0, 100, 2):
        make_track_point(drive, NIGHT + timedelta(seconds=second), place(8 * second))
    for second in (0, 20):
        make_footage(drive, device_at=NIGHT - timedelta(days=400, seconds=-second), clock="modified")
    settle_cameras(drive)
    camera = drive.cameras.get()
    first_at = NIGHT - timedelta(days=400) + timedelta(milliseconds=camera.clock_offset_ms)
    assert (camera.clock_by, camera.clock_confidence) == ("track", 0.0)
    assert NIGHT < first_at < NIGHT + timedelta(seconds=80)
    assert "clock" in [asked.about for asked in questions(drive)]


def test_while_a_drive_is_being_placed_nothing_can_be_changed() -> None:
    drive = make_drive(stage=Stage.IDENTIFY)
    camera = make_camera(drive)
    with pytest.raises(CannotChange, match="Try again in a minute"):
        say(camera, side="left")
    camera.refresh_from_db()
    assert camera.side == "right"


def test_an_answer_before_placing_counts_when_the_drive_comes_there() -> None:
    drive = make_drive(stage=Stage.SCORE)
    make_footage(drive)
    assert say(drive.cameras.get(), side="front") == Next.ON_ITS_WAY
    settle_cameras(drive)
    assert drive.cameras.get().side == "front"


def test_swapping_turns_both_cameras() -> None:
    drive = make_drive(stage=Stage.DONE)
    left, right = make_camera(drive, "left"), make_camera(drive, "right")
    assert swap_sides(drive) == Next.PLACED_AGAIN
    left.refresh_from_db()
    right.refresh_from_db()
    assert (left.side, left.mount_angle_deg, right.side, right.mount_angle_deg) == ("right", 90, "left", -90)


def test_a_compass_in_the_files_tells_the_side() -> None:
    drive = make_drive()
    camera = Camera.objects.create(drive=drive, key="files|img")
    for number in range(8):
        at, where = NIGHT + timedelta(seconds=number), place(0, 8 * number)
        file = make_footage(drive, camera=camera, device_at=at, direction_deg=268.0, clock="gps")
        make_track_point(drive, at, where, footage=file)
    settle_cameras(drive)
    camera.refresh_from_db()
    assert (camera.side, camera.side_by, camera.mount_angle_deg) == ("left", "direction", -90)
    assert drive.time_zone == "America/Los_Angeles"


def test_gps_time_sets_the_clock_of_the_camera_whose_files_carry_it() -> None:
    drive = make_drive()
    for number in range(5):
        at = NIGHT + timedelta(seconds=number)
        make_footage(drive, device_at=at, gps_at=at + timedelta(hours=1), clock="offset")
    settle_cameras(drive)
    settle_cameras(drive)
    camera = drive.cameras.get()
    assert (camera.clock_offset_ms, camera.clock_by, camera.clock_confidence) == (3_600_000, "gps", 1.0)


def answer(client: Client, drive: Drive, **posted: object) -> list[str]:
    response = client.post(reverse("drives:cameras", args=[drive.public_id]), posted, follow=True)
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def drive() -> Drive:
    return waiting_drive(side="", side_by="", clock_confidence=0.2)


@pytest.fixture
def driver(client: Client, drive: Drive) -> Client:
    client.force_login(drive.driver)
    return client


def test_the_page_takes_answers_without_scripts(driver: Client, drive: Drive) -> None:
    camera = drive.cameras.get()
    assert "one more thing" in answer(driver, drive, camera=camera.pk, side="left")[0]
    assert "goes on" in answer(driver, drive, camera=camera.pk, offset="-0:00:02")[0]
    assert drive.cameras.get().clock_offset_ms == -2000


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"side": "up"}, "A camera faces"),
        ({"offset": "soon"}, "Give the offset"),
        ({"offset": "9999999:00:00"}, "hundred years"),
        ({"camera": "nobody", "side": "left"}, "no such camera"),
        ({"swap": "1"}, "faces left or right yet"),
    ],
)
def test_answers_that_are_none_are_told_so(
    driver: Client, drive: Drive, posted: dict[str, str], said: str
) -> None:
    assert said in answer(driver, drive, **{"camera": drive.cameras.get().pk, **posted})[0]


def test_the_drives_page_leads_to_its_cameras_while_it_waits(driver: Client, drive: Drive) -> None:
    html = driver.get(reverse("drives:drive", args=[drive.public_id])).content.decode()
    assert "waits for you" in html
    assert reverse("drives:cameras", args=[drive.public_id]) in html


def test_the_api_lists_cameras_and_takes_answers(driver: Client, drive: Drive) -> None:
    listed = driver.get(reverse("api:cameras", args=[drive.public_id])).json()
    assert [(one["side"], one["side_in_doubt"], one["clock_in_doubt"]) for one in listed] == [
        ("", True, True)
    ]
    address = reverse("api:camera", args=[drive.public_id, listed[0]["id"]])
    changed = driver.patch(address, {"side": "right", "confirm": True}, "application/json").json()
    assert (changed["side"], changed["clock_in_doubt"], changed["questions"]) == ("right", False, [])


@pytest.mark.parametrize(
    "asked", [{"side": "up"}, {"clock_offset_ms": 10**18}, {"clock_offset_ms": "soon"}, {"confirm": "x"}]
)
def test_the_api_refuses_nonsense(driver: Client, drive: Drive, asked: dict[str, object]) -> None:
    address = reverse("api:camera", args=[drive.public_id, drive.cameras.get().pk])
    assert driver.patch(address, asked, "application/json").status_code == 400


def test_the_api_says_when_a_drive_is_being_placed(client: Client) -> None:
    camera = make_camera(make_drive(stage=Stage.PUBLISH))
    client.force_login(camera.drive.driver)
    address = reverse("api:camera", args=[camera.drive.public_id, camera.pk])
    assert client.patch(address, {"side": "left"}, "application/json").status_code == 409


def test_a_camera_of_another_drive_is_not_found(client: Client, drive: Drive) -> None:
    client.force_login(make_user())
    address = reverse("api:camera", args=[drive.public_id, drive.cameras.get().pk])
    assert client.patch(address, {"side": "left"}, "application/json").status_code == 404
