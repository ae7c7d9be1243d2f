"""What was cut of a track is kept, told and shown to its driver; nothing is placed by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from server.drives.models import Drive, Fault, Footage, Stage
from server.drives.queries import place_of, track_of
from server.drives.tracks.checking import check_track
from server.drives.tracks.finding_features import finding_collection
from server.drives.tracks.findings import findings_of
from server.houses.places.driven import driven
from server.maps.tiles.queries import extent_of_tracks
from tests.server.factories import (
    LonLat,
    make_drive,
    make_footage,
    make_frame,
    make_street,
    make_track_point,
    place,
)

pytestmark = pytest.mark.django_db
EVENING = datetime(2025, 12, 5, 20, tzinfo=UTC)


def at(second: float) -> datetime:
    return EVENING + timedelta(seconds=second)


@pytest.fixture
def drive() -> Drive:
    return make_drive(stage=Stage.DONE)


def drive_along(drive: Drive, places: list[LonLat], from_s: float = 0) -> Footage:
    """A track file with one fix a second."""
    footage = make_footage(drive, kind=Footage.Kind.TRACK, camera=None, name="drive.gpx")
    for number, where in enumerate(places):
        make_track_point(drive, at(from_s + number), where, footage=footage, ordinal=number)
    return footage


def take_photo(drive: Drive, second: float, where: LonLat, side: str = "left") -> Footage:
    point = make_track_point(
        drive, at(second), where, footage=make_footage(drive, side, device_at=at(second))
    )
    Footage.objects.filter(pk=point.footage_id).update(fix=point.position)
    return Footage.objects.get(pk=point.footage_id)


EAST = [place(10 * number) for number in range(40)]
ASTRAY = [*EAST[:20], *(place(5000, 5000) for _ in range(5)), *EAST[25:]]


def test_checking_writes_each_fault_once(drive: Drive) -> None:
    drive_along(drive, [(0.0, 0.0), *ASTRAY[1:]])
    assert check_track(drive) == 6
    assert check_track(drive) == 0
    assert sorted(drive.track_points.exclude(fault="").values_list("fault", flat=True)) == [
        *["jump"] * 5,
        "null_island",
    ]
    assert len(track_of(drive)) == 34


def test_what_receiver_and_driver_said_stays(drive: Drive) -> None:
    make_track_point(drive, at(0), place(), fault=Fault.BAD_FIX)
    make_track_point(drive, at(1), place(), fault=Fault.NEAR_HOME)
    assert check_track(drive) == 0


def test_a_photo_with_a_faulty_fix_lies_where_the_track_was(drive: Drive) -> None:
    drive_along(drive, EAST)
    photos = [take_photo(drive, 2.0 + 4 * number, place(20 + 40 * number)) for number in range(4)]
    astray = take_photo(drive, 18.0, place(9000))
    check_track(drive)
    astray.refresh_from_db()
    track = track_of(drive)
    assert place_of(astray, at(18), track) == pytest.approx(place(180), abs=5e-5)
    assert place_of(photos[0], at(2), track) == (photos[0].fix.x, photos[0].fix.y)


def test_a_photo_whose_fix_turns_out_good_has_it_again(drive: Drive) -> None:
    photo = take_photo(drive, 0, place())
    drive.track_points.update(fault=Fault.JUMP)
    Footage.objects.update(fix=None)
    check_track(drive)
    photo.refresh_from_db()
    assert (photo.fix.x, photo.fix.y) == pytest.approx(place())


def test_two_cameras_make_one_track(drive: Drive) -> None:
    for number in range(20):
        take_photo(drive, 4 * number, place(40 * number, 6), "left")
        take_photo(drive, 4 * number + 2, place(40 * number + 20, -6), "right")
    track = track_of(drive)
    north_m = [(fix.lat - place()[1]) * 111_195 for fix in track]
    assert len(track) == 40
    assert max(north_m) - min(north_m) < 2


def test_findings_count_what_was_cut_and_what_is_missing(drive: Drive) -> None:
    drive_along(drive, [*ASTRAY, *[EAST[-1]] * 90])
    drive_along(drive, [place(3000 + 10 * number) for number in range(10)], from_s=4000)
    make_frame(drive, at=at(2000), position=None)
    check_track(drive)
    found = findings_of(drive)
    assert (found.fixes, found.good, found.outside) == (140, 135, 1)
    assert [(cut.fault, cut.fixes, cut.ident) for cut in found.cuts] == [(Fault.JUMP, 5, "cut-0")]
    assert [round(gap.length_m, -2) for gap in found.gaps] == [2600]
    assert [stood.duration.total_seconds() > 80 for stood in found.standing] == [True]


def test_what_was_cut_near_home_is_told_without_its_place(drive: Drive) -> None:
    drive_along(drive, EAST)
    drive.track_points.filter(ordinal__lt=10).update(fault=Fault.NEAR_HOME)
    features = finding_collection(findings_of(drive))["features"]
    (cut,) = [one for one in features if one["properties"]["kind"] == "cut"]
    assert (cut["geometry"], cut["properties"]["fixes"]) == (None, 10)


def test_a_drive_without_fixes_has_no_findings(drive: Drive) -> None:
    assert not findings_of(drive)
    assert finding_collection(findings_of(drive))["features"] == []


def test_only_its_driver_and_staff_read_the_findings(drive: Drive) -> None:
    drive_along(drive, ASTRAY)
    check_track(drive)
    address = f"/api/drives/{drive.public_id}/track/findings/"
    assert Client().get(address).status_code in (401, 403)
    client = Client()
    client.force_login(drive.driver)
    kinds = [one["properties"]["kind"] for one in client.get(address).json()["features"]]
    assert kinds == ["stretch", "cut"]


def test_the_page_names_faults_gaps_and_stops(drive: Drive) -> None:
    drive_along(drive, [*ASTRAY, *[EAST[-1]] * 90])
    drive_along(drive, [place(3000 + 10 * number) for number in range(10)], from_s=4000)
    check_track(drive)
    client = Client()
    client.force_login(drive.driver)
    page = client.get(f"/drives/{drive.public_id}/").content.decode()
    for said in (
        "135 of 140 fixes",
        "faster than 400 km/h",
        "nothing is placed in it",
        "Stood for more than a minute",
    ):
        assert said in page


def test_a_fault_is_on_no_map_of_the_drivers_tracks(drive: Drive) -> None:
    drive_along(drive, ASTRAY)
    check_track(drive)
    assert extent_of_tracks(drive.driver_id)[3] < place(0, 100)[1]


def test_a_street_that_another_drive_came_along_is_not_new(drive: Drive) -> None:
    make_street("Holly Lane", place(-100, 5), place(390, 5))
    make_street("Ivy Lane", place(395, 0), place(395, 400))
    earlier = make_drive()
    drive_along(earlier, [place(20 * number) for number in range(19)])
    later = make_drive()
    drive_along(later, [*EAST, *(place(395, 10 * number) for number in range(35))])
    streets = {street.name: street for street in driven(later).streets}
    assert streets["Holly Lane"].new_m < 40
    assert streets["Ivy Lane"].new_m == pytest.approx(streets["Ivy Lane"].length_m, abs=40)
    assert [street.name for street in driven(later).new_streets] == ["Ivy Lane"]
    assert driven(earlier).new_m == pytest.approx(driven(earlier).streets[0].length_m)


def test_frames_say_their_camera_and_may_lie_nowhere(drive: Drive) -> None:
    make_frame(drive, at=at(0), position=None)
    client = Client()
    client.force_login(drive.driver)
    frames: dict[str, Any] = client.get(f"/api/drives/{drive.public_id}/frames/").json()
    assert (frames["features"][0]["geometry"], frames["features"][0]["properties"]["camera"]) == (
        None,
        "right",
    )
