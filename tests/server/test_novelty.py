from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from server.houses.lists import Asked, ranked_list
from server.houses.models import House, HouseLook
from server.houses.queries import leaderboard
from server.houses.services import hide_house, publish_scores
from server.houses.worth.likeness import nearest, novelty_of, seen_from, touched
from server.houses.worth.novelty import publish_novelty

from . import factories as make

COMMON = (1.0, 0.1, 0.0, 0.0)
ODD = (0.0, 0.0, 1.0, 0.3)


def unit(numbers: Sequence[float], seed: int = 0) -> np.ndarray:
    vector = np.array(numbers) + 0.02 * np.random.default_rng(seed).normal(size=len(numbers))
    return vector / np.linalg.norm(vector)


def display(numbers: Sequence[float] = COMMON, share: float = 0.1, seed: int = 0) -> House:
    house = make.make_house()
    for _ in range(2):
        region = make.make_region(
            make.make_frame(), share, vector=unit(numbers, seed).astype(np.float16).tobytes()
        )
        make.see(house, region=region, frame=region.frame)
    return house


def city(count: int = 12) -> list[House]:
    return [display(seed=seed) for seed in range(count)]


def publish(*houses: House) -> int:
    ids = [house.pk for house in houses] or None
    keys = {"scorer": make.the_scorer(), "season": make.make_season(), "house_ids": ids}
    publish_scores(**keys)
    return publish_novelty(**keys)


def novelties() -> dict[int, float | None]:
    return dict(make.the_scorer().house_scores.values_list("house_id", "novelty"))


def test_the_same_display_is_not_novel_and_one_with_nothing_in_common_is() -> None:
    displays = seen_from(np.zeros(3, np.float32), np.array([[1, 0, 0]] * 6 + [[0, 1, 0]], np.float32))
    means, _ = nearest(displays, np.arange(7))
    assert novelty_of(means).round(3).tolist() == [0, 0, 0, 0, 0, 0, 1]


def test_only_displays_that_a_moved_one_is_near_to_are_touched() -> None:
    displays = np.eye(4, dtype=np.float32)
    found = touched(displays, np.full(4, 0.5, np.float32), displays[2:3])
    assert found.tolist() == [2]


@pytest.mark.django_db
def test_the_odd_display_out_ranks_first_by_novelty() -> None:
    city()
    odd = display(ODD)
    publish()
    assert ranked_list(Asked(ordering="novelty"))[0].public_id == odd.public_id
    assert next(h for h in leaderboard().houses if h.public_id == odd.public_id).novelty_rank == 1


@pytest.mark.django_db
def test_a_faint_display_has_no_novelty_however_odd() -> None:
    city()
    faint = display(ODD, share=0.02)
    publish()
    assert novelties()[faint.pk] is None


@pytest.mark.django_db
def test_few_displays_tell_nothing_of_novelty() -> None:
    city(5)
    publish()
    assert set(novelties().values()) == {None}
    assert len(ranked_list(Asked(ordering="novelty"))) == 0


@pytest.mark.django_db
def test_publishing_house_by_house_says_what_publishing_all_at_once_says() -> None:
    houses = [*city(), display(ODD), display((0, 1, 0, 1), seed=40)]
    publish(*houses[:11])
    for house in houses[11:]:
        publish(house)
    bit_by_bit = novelties()
    HouseLook.objects.update(reach=-1)
    publish_novelty(scorer=make.the_scorer(), season=make.make_season())
    HouseLook.objects.filter(house=houses[0]).update(vector=unit(ODD).astype(np.float16).tobytes())
    publish(houses[0])
    assert novelties() == pytest.approx(bit_by_bit, abs=2e-4)


@pytest.mark.django_db
def test_a_second_odd_display_takes_novelty_from_the_first() -> None:
    city()
    odd = display(ODD)
    publish()
    before = novelties()[odd.pk] or 0
    publish(*[display(ODD, seed=seed) for seed in range(50, 55)])
    assert (novelties()[odd.pk] or 0) < before


@pytest.mark.django_db
def test_publishing_again_changes_nothing() -> None:
    city()
    publish()
    assert publish() == 0


@pytest.mark.django_db
def test_a_hidden_display_is_compared_with_no_more() -> None:
    houses = city()
    publish()
    hide_house(houses[0])
    assert not HouseLook.objects.filter(house=houses[0]).exists()
