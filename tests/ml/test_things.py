from __future__ import annotations

import numpy as np
import pytest

from ml.tools.search.things import (
    PROTOTYPES,
    Wanted,
    centre_of,
    coarse_likeness,
    grouped,
    likeness,
    prototypes,
)
from ml.tools.segment import SegmentError
from ml.tools.segment.thing import patches_in, thing_at
from ml.vectors import of_length_one

D = 24
COMMON = np.eye(D, dtype=np.float32)[0] * 2


def patches(*axes: int, count: int = 6, seed: int = 0, noise: float = 0.05) -> np.ndarray:
    """Noisy vectors (n, D) along these axes, with a part that all have in common, as tokens of a backbone have."""
    unrest = np.random.default_rng(seed).normal(0, noise, (len(axes) * count, D))
    return of_length_one(np.repeat(np.eye(D)[list(axes)], count, axis=0) + COMMON + unrest)


def test_the_region_with_the_thing_comes_first_by_prototypes_and_by_patches() -> None:
    regions = [patches(3, 4, 5, 6, seed=1), patches(7, 8, 9, seed=2), patches(10, 11, 3, seed=3)]
    kept = np.stack([prototypes(region) for region in regions])
    wanted = Wanted.of(patches(8, seed=9), centre_of(kept))
    rough = coarse_likeness(kept, wanted)
    exact = [likeness(region, wanted) for region in regions]
    assert (int(rough.argmax()), int(np.argmax(exact))) == (1, 1)
    assert rough[1] > 0.8
    assert max(rough[0], rough[2]) < 0.4


def test_prototypes_give_the_cosines_of_the_vectors_that_they_stand_for() -> None:
    few = patches(3, 4, 5, count=1)
    kept = prototypes(few)[None]
    assert kept.shape == (1, PROTOTYPES, D)
    centre = of_length_one(COMMON)
    wanted = Wanted.of(few[1:2], centre)
    exact = (of_length_one(few - centre) @ wanted.coarse[0]).max()
    assert coarse_likeness(kept, wanted)[0] == pytest.approx(exact, abs=0.01)


def test_a_region_without_patches_is_like_nothing() -> None:
    kept = np.stack([prototypes(patches(3)), prototypes(np.zeros((0, D), dtype=np.float32))])
    wanted = Wanted.of(patches(3), centre_of(kept))
    assert coarse_likeness(kept, wanted)[1] == -1
    assert likeness(np.zeros((0, D), dtype=np.float32), wanted) == -1


def test_groups_are_the_directions_that_were_mixed() -> None:
    found = grouped(patches(3, 4, 5), 3)
    assert sorted(np.argsort(-found, axis=1)[:, 1].tolist()) == [3, 4, 5]


def picture() -> tuple[np.ndarray, np.ndarray]:
    """A grid of 8 by 12 with one thing to the left and one to the right, and where it is festive: not in the lowest row."""
    grid = np.zeros((8, 12, D), dtype=np.float32)
    grid[2:5, 1:4], grid[3:8, 7:11] = (
        patches(3, count=9, noise=0.01).reshape(3, 3, D),
        patches(5, count=20, noise=0.01).reshape(5, 4, D),
    )
    festive = np.ones((8, 12), dtype=bool)
    festive[7] = False
    return grid, festive


def test_a_thing_is_what_hangs_together_and_looks_alike_around_the_click() -> None:
    thing = thing_at(*picture(), x=8.5 / 12, y=4.5 / 8)
    assert thing.box == pytest.approx((7 / 12, 3 / 8, 11 / 12, 7 / 8), abs=1e-3)
    assert thing.patches.sum() == 16


@pytest.mark.parametrize("place", [(0.5, 0.05), (8.5 / 12, 1.0)], ids=["dark", "festive nowhere near"])
def test_where_nothing_counts_nothing_is_pointed_at(place: tuple[float, float]) -> None:
    grid, festive = picture()
    festive[6] = False
    with pytest.raises(SegmentError):
        thing_at(grid, festive, *place)


def test_a_box_takes_what_counts_in_it_and_with_a_click_what_looks_like_that() -> None:
    grid, festive = picture()
    everything = (0.0, 0.0, 1.0, 1.0)
    assert patches_in(grid, festive, everything).sum() == 9 + 16
    assert patches_in(grid, festive, everything, (2.5 / 12, 3.5 / 8)).sum() == 9
    with pytest.raises(SegmentError):
        patches_in(grid, festive, (0.45, 0.0, 0.55, 0.1))
