from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from server.houses.models import House, HouseEvening
from server.houses.places.story import Area, Story, house_story, story, street_of
from server.houses.queries import house_page
from server.houses.services import hide_house, publish_scores
from server.houses.worth.evenings import publish_evenings

from . import factories as make

pytestmark = pytest.mark.django_db
EARLIER = date(2026, 12, 3)
LATER = date(2026, 12, 5)
LIT = 0.1


def evening(house: House, on: date, festivity: float = LIT) -> None:
    HouseEvening.objects.create(house=house, scorer=make.the_scorer(), on=on, festivity=festivity, frames=3)


def house_of(before: float | None, now: float | None, **fields: object) -> House:
    """A house with a score that two evenings came past."""
    house = make.make_house(**fields)
    make.score_house(house, LIT)
    for on, festivity in ((EARLIER, before), (LATER, now)):
        if festivity is not None:
            evening(house, on, festivity)
    return house


def told(area: Area | None = None) -> Story:
    found = story(area or Area())
    assert found is not None
    return found


def test_houses_are_counted_by_class() -> None:
    for festivity in (0.2, 0.1, 0.06, 0.02):
        make.score_house(make.make_house(), festivity)
    found = told()
    assert (found.houses, found.most, found.many, found.some) == (4, 1, 2, 1)


def test_the_first_lights_are_those_of_the_earliest_evening_that_saw_any() -> None:
    house_of(0.0, LIT)
    assert (told().first_on, told().last_on) == (LATER, LATER)
    house_of(LIT, LIT)
    assert told().first_on == EARLIER


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        (0.0, LIT, "appeared"),
        (LIT, 0.0, "dark"),
        (LIT, 0.25, "brighter"),
        (0.25, LIT, "dimmer"),
        (LIT, 0.15, "steady"),
    ],
)
def test_what_changed_since_the_drive_before(before: float, now: float, kind: str) -> None:
    house_of(before, now)
    change = told().drives
    counts = {name: getattr(change, name) for name in ("appeared", "dark", "brighter", "dimmer", "steady")}
    assert counts == {**dict.fromkeys(counts, 0), kind: 1}
    assert change.compared == 1


def test_a_house_that_only_one_evening_came_past_is_not_compared() -> None:
    house_of(None, LIT)
    house_of(LIT, None)
    assert told().drives.compared == 0


def test_hidden_houses_are_in_no_story() -> None:
    hide_house(house_of(LIT, LIT))
    assert (told().houses, told().drives.compared) == (0, 0)


def test_a_season_is_compared_with_the_one_before_where_somebody_came_past_both_times() -> None:
    last_year = make.make_season(2025)
    gone = make.make_house()
    make.score_house(gone, LIT, last_year)
    evening(gone, LATER, 0.0)
    never_passed = make.make_house()
    make.score_house(never_passed, LIT, last_year)
    new = house_of(LIT, LIT)
    evening(new, date(2025, 12, 5), 0.0)
    found_now = house_of(LIT, LIT)
    brighter = house_of(LIT, LIT)
    make.score_house(brighter, LIT / 3, last_year)
    change = told().seasons
    assert found_now.scores.count() == 1
    assert (change.compared, change.appeared, change.dark, change.brighter) == (3, 1, 1, 1)


def test_a_story_is_of_its_place_alone() -> None:
    inside = make.make_neighbourhood()
    house_of(LIT, LIT, neighbourhood=inside)
    house_of(LIT, LIT)
    assert told(Area(inside)).houses == 1
    assert told().houses == 2


def test_pieces_of_one_name_that_hang_together_are_one_street() -> None:
    first = make.make_street("Holly Street")
    second = make.make_street("Holly Street", start=make.place(0, 210))
    make.make_street("Ivy Street", start=make.place(5, 0))
    elsewhere = make.make_street("Holly Street", start=make.place(0, 5000))
    assert street_of(second) == (first.pk, second.pk)
    assert street_of(elsewhere) == (elsewhere.pk,)


def drive_past(house: House, at: datetime, lit: bool, frames: int = 3, heading_deg: float = 0.0) -> None:
    """Frames of a camera on the right of a car to the north, in front of the house."""
    drive = make.make_drive()
    for number in range(frames):
        where = make.place(-6, 4.0 * number)
        frame = make.make_frame(
            drive, at=at + timedelta(seconds=number), where=where, heading_deg=heading_deg
        )
        make.score_frame(frame)
        if lit:
            make.see(house, frame, LIT)


def evenings_of(house: House) -> dict[date, float]:
    publish_evenings(scorer=make.the_scorer(), house_ids=[house.pk])
    return dict(house.evenings.values_list("on", "festivity"))


def test_an_evening_that_came_past_and_saw_no_light_says_so() -> None:
    house = make.make_house()
    drive_past(house, make.NIGHT, lit=True)
    drive_past(house, make.NIGHT + timedelta(days=2), lit=False)
    assert evenings_of(house) == {date(2026, 12, 5): pytest.approx(LIT), date(2026, 12, 7): 0}


def test_an_evening_that_looked_the_other_way_says_nothing() -> None:
    house = make.make_house()
    drive_past(house, make.NIGHT, lit=True)
    drive_past(house, make.NIGHT + timedelta(days=2), lit=False, heading_deg=180.0)
    assert list(evenings_of(house)) == [date(2026, 12, 5)]


def test_one_frame_without_light_does_not_make_a_house_dark() -> None:
    house = make.make_house()
    drive_past(house, make.NIGHT, lit=True)
    drive_past(house, make.NIGHT + timedelta(days=2), lit=False, frames=1)
    assert list(evenings_of(house)) == [date(2026, 12, 5)]


def test_writing_evenings_again_changes_nothing() -> None:
    house = make.make_house()
    drive_past(house, make.NIGHT, lit=True)
    publish_evenings(scorer=make.the_scorer())
    assert publish_evenings(scorer=make.the_scorer()) == 0


def test_a_suppressed_sighting_makes_the_evening_dark() -> None:
    house = make.make_house()
    drive_past(house, make.NIGHT, lit=True)
    house.sightings.update(suppressed=True)
    assert set(evenings_of(house).values()) == {0}


def test_a_house_tells_since_when_it_is_lit_and_what_changed() -> None:
    house = make.make_house()
    drive_past(house, make.NIGHT - timedelta(days=2), lit=False)
    drive_past(house, make.NIGHT, lit=True)
    publish_scores(scorer=make.the_scorer(), season=make.make_season())
    page = house_page(house.public_id)
    assert page is not None
    found = house_story(page.house, page.season, make.the_scorer())
    assert (found.first_lit_on, found.turn) == (LATER, "new")


def test_the_page_of_a_neighbourhood_ranks_its_houses_and_tells_its_story(client: Client) -> None:
    inside = make.make_neighbourhood()
    street = make.make_street("Holly Street")
    houses = [house_of(0.0, LIT, neighbourhood=inside, street=street) for _ in range(2)]
    make.score_house(make.make_house(), 0.3)
    page = client.get(f"/neighbourhoods/{inside.slug}/").content.decode()
    assert all(f"/houses/{house.public_id}/" in page for house in houses)
    assert page.count('class="house"') == 2
    assert "2 new" in page
    assert f"/streets/{street.pk}/" in page
    assert "The first lights of season 2026 were seen on 5 December 2026." in page


def test_the_page_of_a_street_has_the_houses_of_all_its_pieces(client: Client) -> None:
    pieces = [make.make_street("Holly Street"), make.make_street("Holly Street", start=make.place(0, 210))]
    for street in pieces:
        house_of(LIT, LIT, street=street)
    page = client.get(f"/streets/{pieces[1].pk}/").content.decode()
    assert page.count('class="house"') == 2
    assert f'href="http://testserver/streets/{pieces[0].pk}/"' in page


@pytest.mark.parametrize(
    "address", ["/streets/99999/", "/neighbourhoods/nowhere/", "/neighbourhoods/here/?season=x%00"]
)
def test_an_unknown_place_is_not_found(client: Client, address: str) -> None:
    make.make_neighbourhood("here")
    assert client.get(address).status_code == 404


def test_a_street_without_a_name_has_no_page(client: Client) -> None:
    assert client.get(f"/streets/{make.make_street('').pk}/").status_code == 404


def test_the_house_page_shows_interval_and_novelty(client: Client) -> None:
    house = make.make_house()
    make.score_house(house, 0.1, low=0.05, high=0.15, novelty=0.5)
    page = client.get(f"/houses/{house.public_id}/").content.decode()
    assert "and 85" in page
    assert "Unlike the others" in page


def test_how_points_are_made_names_formula_scorer_and_reference(client: Client) -> None:
    make.the_scorer()
    page = client.get("/points/").content.decode()
    assert all(words in page for words in ("/ 0.08", make.the_scorer().hash, "14 m", "four times in five"))
