from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from server.drives.models import Drive, Stage
from server.drives.templatetags.drives import hours
from server.drives.track import Fix
from server.drives.tracks.trajectory import trajectory
from server.frames.points import FestivityClass
from server.houses.places.driven import driven
from tests.server import factories as make


def way(*east_m: float, every_s: float = 1, from_s: float = 0) -> list[Fix]:
    return [
        Fix(make.NIGHT + timedelta(seconds=from_s + every_s * number), *make.place(east))
        for number, east in enumerate(east_m)
    ]


def test_a_way_is_as_long_as_it_was() -> None:
    found = trajectory(way(*range(0, 1001, 10)))
    assert found.distance_m == pytest.approx(1000, rel=1e-3)
    assert found.speed_m_s == pytest.approx(10, rel=1e-3)


def test_standing_at_a_red_light_is_no_way_and_no_moving() -> None:
    noise = [500 + (-1) ** number * 3 for number in range(50)]
    found = trajectory(way(*range(0, 501, 10), *noise, *range(510, 1001, 10)))
    assert found.distance_m == pytest.approx(1000, rel=0.02)
    assert found.duration == timedelta(seconds=150)
    assert found.moving < timedelta(seconds=112)


def test_a_gap_makes_two_stretches() -> None:
    first, second = way(0, 50, 100), way(2000, 2050, from_s=600)
    found = trajectory([*first, *second])
    assert [len(piece) for piece in found.pieces] == [3, 2]
    assert found.distance_m == pytest.approx(150, rel=1e-3)


def test_a_jump_of_the_receiver_is_no_way() -> None:
    assert trajectory(way(0, 20, 110, 40, 60)).distance_m == pytest.approx(60, rel=1e-2)


def test_no_fix_and_one_fix_are_no_way() -> None:
    for fixes in ([], way(5)):
        found = trajectory(fixes)
        assert (found.pieces, found.distance_m, found.speed_m_s) == ((), 0, None)


@pytest.fixture
def drive(db: None) -> Drive:
    """500 m along Holly Lane, across Ivy Lane."""
    drive = make.make_drive(stage=Stage.DONE)
    make.make_street("Holly Lane", make.place(-100, 5), make.place(600, 5))
    make.make_street("Ivy Lane", make.place(250, -300), make.place(250, 300))
    for fix in way(*range(0, 501, 10)):
        make.make_track_point(drive, at=fix.at, where=(fix.lon, fix.lat))
    return drive


def test_streets_are_those_driven_along_and_not_those_crossed(drive: Drive) -> None:
    (street,) = driven(drive).streets
    assert street.name == "Holly Lane"
    assert street.length_m == pytest.approx(528, abs=10)


def test_houses_are_counted_by_class(drive: Drive) -> None:
    for number, festivity in enumerate((0.3, 0.3, 0.02, None)):
        house = make.make_house(make.place(30 * number))
        make.see(house, make.make_frame(drive))
        if festivity:
            make.score_house(house, festivity)
    hidden = make.make_house(make.place(300), hidden=True)
    make.see(hidden, make.make_frame(drive))
    assert dict(driven(drive).classes) == {
        FestivityClass.MOST: 2,
        FestivityClass.MANY: 0,
        FestivityClass.SOME: 1,
        FestivityClass.NONE: 1,
    }


def test_the_drives_page_says_its_numbers(drive: Drive) -> None:
    client = Client()
    client.force_login(drive.driver)
    page = client.get(f"/drives/{drive.public_id}/").content.decode()
    assert "500 m" in page
    assert "36 km/h" in page
    assert "Holly Lane" in page


def test_numbers_are_said_as_people_say_them() -> None:
    with translation.override("en"):
        assert hours(timedelta(seconds=3725)) == "1 h 2 min"
        assert hours(timedelta(seconds=95)) == "1 min 35 s"
