"""Which pictures are worth a label."""

from __future__ import annotations

import numpy as np
import pytest

from ml.tools.choosing import (
    APART_S,
    Pictures,
    centred,
    contradicted,
    entropy,
    spread_out,
    uncertainty,
    unsure_share,
)


def night(*lit: tuple[float, int]) -> np.ndarray:
    """A dark map of 28 × 50 patches with blocks of so many rows at a probability."""
    patches = np.full((28, 50), 0.001)
    row = 2
    for chance, rows in lit:
        patches[row : row + rows, 10:30] = chance
        row += rows + 4
    return patches


def pictures(vectors: np.ndarray, streams: object = 0, at_s: object = None) -> Pictures:
    count = len(vectors)
    times = np.arange(count) * 100.0 if at_s is None else np.asarray(at_s, dtype=np.float64)
    return Pictures(vectors.astype(np.float32), np.zeros(count, dtype=np.int64) + streams, times)


def nothing_known(dimension: int) -> Pictures:
    return pictures(np.zeros((0, dimension)))


def test_entropy_is_one_bit_at_one_half_and_none_where_it_is_sure() -> None:
    assert entropy(np.array([0.0, 0.5, 1.0])) == pytest.approx([0, 1, 0], abs=1e-6)


def test_a_display_in_doubt_is_less_certain_than_one_that_is_sure_or_dark() -> None:
    doubted, sure, dark = (uncertainty(night((chance, 8))) for chance in (0.5, 0.99, 0.001))
    assert doubted > 4 * sure > 0
    assert dark == 0


def test_the_black_of_the_night_does_not_drown_a_doubt() -> None:
    patches = night((0.5, 8))
    assert uncertainty(patches) > 5 * entropy(patches).mean() * patches.mean() / 0.5
    wide = np.pad(patches, ((0, 28), (0, 0)), constant_values=0.001)
    assert uncertainty(wide) > 0.75 * uncertainty(patches)


def test_a_doubt_about_two_patches_weighs_little() -> None:
    few, many = night(), night((0.5, 8))
    few[5, 5:7] = 0.5
    assert uncertainty(few) < 0.2 * uncertainty(many)


@pytest.mark.parametrize(("chance", "share"), [(0.5, 1.0), (0.95, 0.0), (0.001, 0.0)])
def test_the_unsure_share_counts_what_is_on_neither_side(chance: float, share: float) -> None:
    assert unsure_share(night((chance, 8))) == share


def test_neighbours_of_one_scene_do_not_fill_the_head_of_the_queue() -> None:
    rng = np.random.default_rng(0)
    scenes = rng.normal(size=(10, 16))
    vectors = np.repeat(scenes, 30, axis=0) + 0.02 * rng.normal(size=(300, 16))
    worth = np.repeat(np.linspace(1, 0.5, 10), 30)
    first = spread_out(worth, pictures(vectors), nothing_known(16), 10)
    assert sorted(place // 30 for place in first) == list(range(10))


def test_no_two_of_the_first_ten_are_of_one_camera_within_three_seconds() -> None:
    rng = np.random.default_rng(1)
    vectors, at_s = rng.normal(size=(200, 8)), np.arange(200) * 0.5
    seen = pictures(vectors, np.arange(200) % 2, at_s)
    first = spread_out(rng.random(200), seen, nothing_known(8), 10)
    for place, one in enumerate(first):
        for other in first[:place]:
            assert seen.streams[one] != seen.streams[other] or abs(at_s[one] - at_s[other]) > APART_S


def test_what_looks_like_a_labelled_picture_comes_late() -> None:
    vectors = np.eye(4)
    known = pictures(np.eye(4)[:1], 9, [5000])
    assert 0 not in spread_out(np.full(4, 0.5), pictures(vectors), known, 3)


def test_beside_a_labelled_picture_of_the_same_camera_little_is_left() -> None:
    rng = np.random.default_rng(2)
    seen = pictures(rng.normal(size=(3, 8)), 0, [0, 50, 100])
    known = pictures(rng.normal(size=(1, 8)), 0, [51])
    assert spread_out(np.array([0.5, 1.0, 0.5]), seen, known, 3)[-1] == 1


def test_the_same_pictures_give_the_same_order_whatever_it_is_asked_for() -> None:
    rng = np.random.default_rng(3)
    worth, seen = rng.random(60), pictures(rng.normal(size=(60, 8)))
    long = spread_out(worth, seen, nothing_known(8), 40)
    assert spread_out(worth, seen, nothing_known(8), 10) == long[:10]
    assert len(set(long)) == 40


def test_what_is_worth_nothing_is_not_chosen() -> None:
    assert spread_out(np.array([0.0, 1.0, 0.0]), pictures(np.eye(3)), nothing_known(3), 3) == [1]


def test_vectors_without_length_do_no_harm() -> None:
    assert sorted(spread_out(np.ones(4), pictures(np.zeros((4, 4))), nothing_known(4), 4)) == [0, 1, 2, 3]
    assert np.isfinite(centred(np.zeros((3, 2), dtype=np.float32))).all()


def test_of_nothing_nothing_is_chosen() -> None:
    assert spread_out(np.zeros(0), nothing_known(4), nothing_known(4), 5) == []


@pytest.fixture
def alike() -> tuple[np.ndarray, np.ndarray]:
    """Two kinds of pictures: 20 whose like is labelled, as vectors (20, 8) and (12, 8)."""
    rng = np.random.default_rng(4)
    kinds = rng.normal(size=(2, 8)) * 3
    open_, known = (
        np.concatenate([kind + 0.3 * rng.normal(size=(count, 8)) for kind in kinds]) for count in (10, 6)
    )
    return open_.astype(np.float32), known.astype(np.float32)


def test_pictures_whose_like_was_labelled_otherwise_are_told(alike: tuple[np.ndarray, np.ndarray]) -> None:
    open_, known = alike
    said = np.arange(12) < 6
    wrong = contradicted(open_, np.ones(20, dtype=bool), known, said)
    assert (wrong[10:] > 0.5).all()
    assert (wrong[:10] == 0).all()


def test_a_few_labels_contradict_nobody(alike: tuple[np.ndarray, np.ndarray]) -> None:
    open_, known = alike
    assert not contradicted(open_, np.ones(20, dtype=bool), known[:4], np.zeros(4, dtype=bool)).any()
