"""A house that was taken off the map stays off it, whatever it is merged with, parted from, or found as again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.gis.geos import Point
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper

from server.accounts.models import User
from server.frames.models import Frame
from server.houses.identity.decisions import say_same, undo
from server.houses.identity.grouping import rule_of
from server.houses.identity.identify import identify_drive, inherit_houses
from server.houses.identity.leaving import leave_houses, shown_by
from server.houses.identity.passages import ensure_passages
from server.houses.models import House, HouseScore, Sighting
from server.houses.placing.locate import locate_drive
from server.houses.services import hide_house, publish_scores, show_house
from server.trust.models import Report
from server.trust.services import file_report, grant

from . import factories as make

pytestmark = pytest.mark.django_db
LOCK = "SELECT pg_advisory_lock(hashtext('identify'))"


@pytest.fixture
def staff() -> User:
    return make.make_staff()


@pytest.fixture
def house() -> House:
    return make.make_ranked_house(0.2)


@pytest.fixture
def other() -> House:
    return make.make_ranked_house(0.1, make.place(12))


@pytest.fixture
def finding_elsewhere() -> Iterator[CursorWrapper]:
    """Another connection finds houses all the while; this one waits a tenth of a second for it."""
    another = connection.copy()
    with another.cursor() as cursor, connection.cursor() as own:
        cursor.execute(LOCK)
        own.execute("SET lock_timeout = 100")
        yield cursor
        own.execute("RESET lock_timeout")
    another.close()


def turned_away(house: House, east_m: float = 60) -> Sighting:
    """What shows the house comes to lie elsewhere, as with another clock of its camera."""
    sighting = Sighting.objects.select_related("frame__drive").get(house=house)
    before = shown_by(sighting.frame.drive)
    move(sighting, east_m)
    leave_houses(before)
    return sighting


def move(sighting: Sighting, east_m: float) -> None:
    sighting.position.x += make.place(east_m)[0] - make.HOME[0]
    sighting.save(update_fields=["position"])


def test_who_wished_to_be_off_the_map_is_off_it_when_the_house_was_merged_since(
    house: House, other: House, staff: User
) -> None:
    report = file_report(house=other, kind=Report.Kind.OPT_OUT)
    say_same(house=house, other=other, by=staff)
    grant(Report.objects.get(pk=report.pk))
    assert not House.objects.visible().exists()


def test_what_was_hidden_as_one_house_is_hidden_as_two(house: House, other: House, staff: User) -> None:
    decision = say_same(house=house, other=other, by=staff)
    hide_house(House.objects.get(pk=house.pk))
    undo(decision, by=staff)
    assert not House.objects.visible().exists()


def test_what_was_hidden_and_shown_as_one_house_is_shown_as_two(
    house: House, other: House, staff: User
) -> None:
    decision = say_same(house=house, other=other, by=staff)
    hide_house(house)
    show_house(other)
    undo(decision, by=staff)
    assert House.objects.visible().count() == 2


def test_the_picture_of_a_hidden_house_founds_no_public_one_elsewhere(house: House) -> None:
    hide_house(house)
    sighting = turned_away(house)
    identify_drive(sighting.frame.drive, make.the_scorer())
    sighting.refresh_from_db()
    assert sighting.house not in (None, house)
    assert not House.objects.visible().exists()


def test_a_frame_of_a_hidden_house_is_not_public_while_what_it_shows_has_no_house_yet(house: House) -> None:
    hide_house(house)
    frame = house.sightings.get().frame
    visible = make.make_house(make.place(12))
    make.see(visible, frame)
    turned_away(house)
    publish_scores(scorer=make.the_scorer(), season=make.make_season())
    assert HouseScore.objects.get(house=visible).best_frame is None
    assert not Frame.objects.visible().exists()
    Sighting.objects.filter(house=None).delete()
    assert not Frame.objects.visible().exists()


def test_whoever_shares_a_frame_with_what_was_merged_into_a_hidden_house_has_another_picture(
    house: House, other: House, staff: User
) -> None:
    neighbour = make.make_house(make.place(24))
    make.see(neighbour, other.sightings.get().frame)
    publish_scores(scorer=make.the_scorer(), season=make.make_season())
    hide_house(house)
    say_same(house=house, other=other, by=staff)
    assert HouseScore.objects.get(house=neighbour).best_frame is None


def test_what_comes_back_shows_what_its_house_has_become(house: House, other: House, staff: User) -> None:
    sighting = turned_away(other)
    say_same(house=house, other=other, by=staff)
    move(sighting, -60)
    inherit_houses(sighting.frame.drive, make.the_scorer())
    sighting.refresh_from_db()
    assert sighting.house == house


def test_a_house_lies_where_it_lay_once_what_shows_it_came_back(house: House) -> None:
    sighting = house.sightings.get()
    make.see(house, position=Point(*make.place(10)))
    before = shown_by(sighting.frame.drive)
    move(sighting, 60)
    leave_houses(before)
    move(sighting, -60)
    inherit_houses(sighting.frame.drive, make.the_scorer())
    house.refresh_from_db()
    assert house.position.x == pytest.approx(make.place(5)[0], abs=1e-6)


@pytest.mark.django_db(transaction=True)
def test_no_house_is_hidden_while_houses_are_found(finding_elsewhere: CursorWrapper, house: House) -> None:
    with pytest.raises(OperationalError):
        hide_house(house)


@pytest.mark.django_db(transaction=True)
def test_no_drive_is_placed_while_houses_are_found(finding_elsewhere: CursorWrapper, house: House) -> None:
    with pytest.raises(OperationalError):
        locate_drive(house.sightings.get().frame.drive, make.the_scorer())


@pytest.mark.django_db(transaction=True)
def test_no_passages_are_made_twice_at_once(finding_elsewhere: CursorWrapper, house: House) -> None:
    scorer = make.the_scorer()
    with pytest.raises(OperationalError):
        ensure_passages(house.sightings.get().frame.drive, scorer, rule_of(scorer.card))
