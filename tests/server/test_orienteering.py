"""The most festivity in a time: the budget holds, and small cases are compared with their exact optimum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.boards_tour import gap, large_question, small_question
from bench.exact_tour import exact_value
from server.tours.orienteering import Question, best_tour, question_of

METRES = st.integers(-2000, 2000)
HOUSE = st.tuples(METRES, METRES, st.floats(0, 100))
TOWN = st.lists(HOUSE, max_size=9)


def question(town: list[tuple[int, int, float]], minutes: float = 20, **asked: object) -> Question:
    spots = np.array([(0, 0), *((east, north) for east, north, _ in town)], dtype=float)
    ways_s = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1)) / 7
    said = {"stop_s": 60.0, "budget_s": 60 * minutes, "back": True, "most": 40, **asked}
    return question_of(ways_s, [value for _, _, value in town], **said)  # type: ignore[arg-type]


@given(town=TOWN, minutes=st.integers(0, 40), back=st.booleans(), most=st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_a_tour_stays_within_its_time_and_number_and_visits_nothing_twice(
    town: list[tuple[int, int, float]], minutes: int, back: bool, most: int
) -> None:
    asked = question(town, minutes, back=back, most=most)
    tour = best_tour(asked)
    assert asked.time_s([0, *tour, asked.end]) <= asked.budget_s + 1e-6 or not tour
    assert len(tour) == len(set(tour)) <= most
    assert not {0, asked.end} & set(tour)


@given(town=TOWN, minutes=st.integers(5, 40), back=st.booleans())
@settings(max_examples=20, deadline=None, derandomize=True)
def test_a_tour_of_a_small_town_is_within_three_percent_of_the_exact_optimum(
    town: list[tuple[int, int, float]], minutes: int, back: bool
) -> None:
    asked = question(town, minutes, back=back)
    assert asked.value(best_tour(asked)) >= 0.97 * exact_value(asked) - 1e-6


def test_on_many_small_towns_next_to_nothing_is_missed() -> None:
    assert np.mean([gap(small_question(seed)) for seed in range(8)]) <= 0.01


def test_a_far_house_is_fitted_in_where_another_way_around_leaves_the_time() -> None:
    town = [(0, 0), (0, 0), (0, 0), (0, 1573), (0, -237), (-1235, 0), (1967, 0)]
    assert len(best_tour(question([(*spot, 1.0) for spot in town], minutes=26))) == len(town)


def test_the_exact_optimum_is_that_of_trying_everything() -> None:
    assert exact_value(
        question([(700, 0, 5.0), (-700, 0, 9.0), (0, 8400, 100.0)], minutes=8)
    ) == pytest.approx(9.0)
    assert exact_value(question([(700, 0, 5.0), (-700, 0, 9.0)], minutes=9)) == pytest.approx(14.0)


def test_the_same_question_has_the_same_answer() -> None:
    asked = large_question(3)
    assert best_tour(asked) == best_tour(asked)


def test_nothing_within_reach_gives_no_stops() -> None:
    assert best_tour(question([(20_000, 0, 100.0)])) == []
    assert best_tour(question([])) == []


def test_a_tour_that_may_end_anywhere_reaches_farther() -> None:
    far = [(4_000, 0, 50.0)]
    assert best_tour(question(far, minutes=15)) == []
    assert best_tour(question(far, minutes=15, back=False)) == [1]
