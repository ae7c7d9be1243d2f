"""Why a house has its rank."""

from __future__ import annotations

import pytest
from django.test import Client

from server.frames.models import Scorer
from server.houses.models import House
from server.houses.queries import house_page
from server.houses.why import Why, why
from tests.server import factories as make

pytestmark = pytest.mark.django_db


def told(house: House) -> Why:
    page = house_page(house.public_id)
    assert page
    return why(page, Scorer.objects.get(live=True))


def read(house: House) -> str:
    return Client().get(f"/houses/{house.public_id}/").content.decode()


def test_a_house_stands_among_two_before_it_and_two_behind() -> None:
    houses = [make.make_ranked_house(festivity) for festivity in (0.3, 0.25, 0.2, 0.15, 0.1, 0.05)]
    beside = told(houses[2]).beside
    assert [one.house.rank for one in beside] == [1, 2, 3, 4, 5]
    assert [one.more is None for one in beside] == [False, False, True, False, False]


def test_the_difference_to_its_neighbours_is_that_of_their_points() -> None:
    first, second, third = (make.make_ranked_house(festivity) for festivity in (0.3, 0.2, 0.1))
    found = told(second)
    points = [house_page(house.public_id).house.points for house in (first, second, third)]  # type: ignore[union-attr]
    assert found.behind_by == pytest.approx(points[0] - points[1])
    assert found.leads_by == pytest.approx(points[1] - points[2])


def test_the_first_has_nobody_before_it_and_the_last_nobody_behind() -> None:
    first, last = make.make_ranked_house(0.3), make.make_ranked_house(0.1)
    assert (told(first).behind_by, told(last).leads_by) == (None, None)
    assert "No house has more; it leads by" in read(first)
    assert "It is the last of the list." in read(last)


def test_alone_it_says_so() -> None:
    assert "It is the only house of the season so far." in read(make.make_ranked_house())


def test_equal_points_say_who_was_found_earlier() -> None:
    older, newer = make.make_ranked_house(0.1), make.make_ranked_house(0.1)
    assert "the next one has as many and was found later" in read(older)
    assert "The house before it has as many and was found earlier." in read(newer)


@pytest.mark.parametrize(("low", "unsure"), [(0.09, True), (0.195, False)])
def test_an_interval_that_reaches_over_a_neighbour_makes_the_rank_unsure(low: float, unsure: bool) -> None:
    house, other = make.make_house(), make.make_house()
    make.score_house(house, 0.2, low=low, high=0.3)
    make.score_house(other, 0.1)
    assert told(house).unsure is unsure
    assert ("this could turn round" in read(house)) is unsure


def test_the_best_three_frames_stand_there_with_what_counted() -> None:
    house = make.make_house()
    frames = [make.see(house, share=share).frame for share in (0.1, 0.4, 0.3, 0.2)]
    make.score_house(house, 0.4, best_frame=frames[1])
    assert [frame.public_id for frame in told(house).frames] == [frames[n].public_id for n in (1, 2, 3)]
    assert read(house).count("why-overlay") == 3


def test_each_line_of_the_leaderboard_leads_there() -> None:
    house = make.make_ranked_house()
    assert f"/houses/{house.public_id}/#why-title" in Client().get("/leaderboard/").content.decode()
