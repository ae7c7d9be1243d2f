"""Which share of a place is decorated: of the addresses that drives came past."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from server.drives.models import Drive
from server.houses.models import AddressPoint, House
from server.houses.places.addresses import Share, note_passed
from server.houses.places.story import Area, story
from server.houses.services import hide_house, settle_addresses, settle_houses

from . import factories as make

pytestmark = pytest.mark.django_db
LOT_M = 20


@pytest.fixture
def street_of_twenty() -> Drive:
    """Twenty addresses on one side, 15 m from the way; a drive that came past the first twelve; lights at the first three."""
    drive = make.make_drive()
    for lot in range(20):
        AddressPoint.objects.create(position=Point(*make.place(lot * LOT_M, 15), srid=4326))
        if lot < 12:
            make.make_frame(drive, where=make.place(lot * LOT_M))
    for lot in range(3):
        make.score_house(make.make_house(make.place(lot * LOT_M, 6), front=spot(lot)))
    settle_houses()
    note_passed(drive)
    return drive


def spot(lot: int) -> Point:
    return Point(*make.place(lot * LOT_M + 3, 14), srid=4326)


def share(area: Area | None = None) -> Share | None:
    found = story(area or Area())
    assert found is not None
    return found.share


def test_the_share_counts_the_addresses_that_were_driven_past(street_of_twenty: Drive) -> None:
    assert share() == Share(passed=13, lit=3)


def test_two_displays_of_one_address_count_once(street_of_twenty: Drive) -> None:
    make.score_house(make.make_house(make.place(4, 6), front=spot(0)))
    settle_houses()
    assert share() == Share(passed=13, lit=3)


def test_a_hidden_house_is_no_decorated_one(street_of_twenty: Drive) -> None:
    hide_house(House.objects.first())
    assert share() == Share(passed=13, lit=2)


def test_a_drive_that_is_published_again_counts_no_address_twice(street_of_twenty: Drive) -> None:
    note_passed(street_of_twenty)
    note_passed()
    assert share() == Share(passed=13, lit=3)


def test_another_season_has_its_own_share(street_of_twenty: Drive) -> None:
    next_year = make.make_season(2027)
    make.make_frame(street_of_twenty, at=datetime.combine(next_year.starts_on, make.NIGHT.timetz()))
    note_passed()
    found = story(Area(), next_year)
    assert found is not None
    assert found.share is None


def test_fewer_than_ten_addresses_tell_nothing() -> None:
    drive = make.make_drive()
    make.make_frame(drive)
    AddressPoint.objects.create(position=Point(*make.place(0, 15), srid=4326))
    make.score_house(make.make_house())
    note_passed(drive)
    assert share() is None


def test_a_neighbourhood_has_the_addresses_that_it_covers(street_of_twenty: Drive) -> None:
    small = make.make_neighbourhood("Small")
    settle_houses()
    settle_addresses()
    assert share(Area(small)) == Share(passed=13, lit=3)
    assert share(Area(make.make_neighbourhood("Far", make.place(9000)))) is None


def test_the_leaderboard_says_which_share_is_decorated(street_of_twenty: Drive, client: Client) -> None:
    page = client.get("/leaderboard/").content.decode()
    assert "3 of the 13 addresses driven past are decorated: 23 %." in page
