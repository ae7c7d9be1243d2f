"""Descriptors: centred, compressed, resampled, and made of pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from ml.tools.describe import describe, see
from ml.tools.descriptors import DescriptorError, Descriptors, centred, compressed
from ml.tools.grids import common_part, from_grid, lit, resampled, to_grid, vector_at, without
from ml.types import Floats, PictureError, Tokens
from ml.vectors import of_length_one


class ColourTokens:
    """The simplest backbone that gives tokens: mean and spread of each colour of a patch."""

    patch, long_side = 16, 160

    def tokens(self, images: Floats, layers: Sequence[int] = (-1,), unit: bool = False) -> Tokens:
        batch, _, height, width = images.shape
        patches = images.reshape(batch, 3, height // 16, 16, width // 16, 16)
        grid = np.concatenate([patches.mean(axis=(3, 5)), patches.std(axis=(3, 5))], axis=1).transpose(
            0, 2, 3, 1
        )
        return Tokens(cls=grid.mean(axis=(1, 2)), layers=(grid,) * len(layers))


def random_descriptors(seed: int, rows: int = 6, columns: int = 9, size: int = 16) -> Descriptors:
    grid = np.random.default_rng(seed).normal(size=(rows, columns, size)).astype(np.float32)
    return Descriptors(of_length_one(grid), of_length_one(grid[0, 0]), columns * 16, rows * 16)


def night(height: int = 80, width: int = 160) -> np.ndarray:
    image = np.zeros((height, width, 3), dtype=np.uint8)
    image[20:44, 40:90] = np.random.default_rng(3).integers(0, 255, (24, 50, 3))
    return image


def test_a_picture_becomes_unit_vectors_where_it_shows_anything_and_zeros_elsewhere() -> None:
    described = describe(ColourTokens(), night())
    lengths = np.linalg.norm(described.grid, axis=-1)
    assert described.grid.shape == (5, 10, 6)
    assert np.allclose(lengths[described.seen], 1, atol=1e-5)
    assert not described.seen[4].any()
    assert described.seen[2, 3]


def test_several_scales_are_averaged_on_the_finest_and_stay_unit_vectors() -> None:
    described = describe(ColourTokens(), night(), long_sides=(160, 320), layers=(1, 2))
    assert described.grid.shape == (10, 20, 12)
    assert np.linalg.norm(described.grid[described.seen], axis=-1) == pytest.approx(1, abs=1e-5)


def test_what_is_black_is_not_seen_whatever_the_backbone_says_of_it() -> None:
    grid = see(ColourTokens(), night()).grids[0]
    assert lit(grid).tolist() == lit(describe(ColourTokens(), night()).grid).tolist()
    assert not lit(grid)[4].any()


@pytest.mark.parametrize(("height", "width"), [(1, 1), (15, 40), (20, 300)])
def test_a_picture_of_too_few_patches_is_refused(height: int, width: int) -> None:
    with pytest.raises(PictureError, match=f"{width}x{height} pixels is too small"):
        describe(ColourTokens(), np.full((height, width, 3), 200, dtype=np.uint8))


def test_a_small_crop_is_described_at_the_size_asked_for() -> None:
    crop = np.full((20, 40, 3), 200, dtype=np.uint8)
    assert describe(ColourTokens(), crop, (320,)).grid.shape == (10, 20, 6)


@pytest.mark.parametrize("side", [3, 90_000])
def test_a_long_side_that_cannot_be_is_refused(side: int) -> None:
    with pytest.raises(PictureError, match="32 to 4096 pixels along the long side"):
        describe(ColourTokens(), night(), long_sides=(side,))


def test_without_the_mean_cosines_spread_over_both_signs() -> None:
    grid = of_length_one(random_descriptors(1).grid + np.float32(2))
    spread = without(grid, common_part(grid)).reshape(-1, 16)
    assert (grid.reshape(-1, 16) @ grid[0, 0]).min() > 0.5
    assert (spread @ spread[0]).min() < -0.2


def test_a_picture_of_one_thing_only_keeps_it() -> None:
    grid = np.broadcast_to(of_length_one(np.ones(8, dtype=np.float32)), (3, 3, 8)).copy()
    assert without(grid, common_part(grid)) == pytest.approx(grid)


def test_compression_keeps_cosines_when_nothing_is_lost_and_is_the_same_every_time() -> None:
    first, second = centred(random_descriptors(1), random_descriptors(2))
    small = compressed(first, second, 4)
    again = compressed(first, second, 4)
    whole = compressed(first, second, 16)
    assert small[0].grid.shape == (6, 9, 4)
    assert np.array_equal(small[1].grid, again[1].grid)
    before, after = (x.grid[0, 0] @ y.grid[3, 4] for x, y in ((first, second), whole))
    assert after == pytest.approx(before, abs=0.05)


def test_compression_to_more_numbers_than_there_are_is_refused() -> None:
    with pytest.raises(DescriptorError, match="1 to 16 numbers per patch, not 17"):
        compressed(random_descriptors(1), random_descriptors(2), 17)


def test_resampling_keeps_a_slope() -> None:
    slope = np.tile(np.arange(8, dtype=np.float32), (4, 1))
    assert resampled(slope, 8, 16)[:, 1:-1] == pytest.approx(
        np.tile((np.arange(1, 15) + 0.5) / 2 - 0.5, (8, 1))
    )
    assert resampled(np.ones((1, 1), np.float32), 5, 7).tolist() == np.ones((5, 7)).tolist()


def test_the_vector_between_two_patches_is_their_mean() -> None:
    grid = np.zeros((1, 2, 2), dtype=np.float32)
    grid[0, 0, 0] = grid[0, 1, 1] = 1
    assert vector_at(grid, 0.5, 0.5) == pytest.approx([0.7071, 0.7071], abs=1e-4)
    assert vector_at(grid, 0.0, 0.0) == pytest.approx([1, 0])


def test_the_way_to_the_grid_and_back_ends_where_it_began() -> None:
    assert to_grid(0.25, 0.5, (4, 8)) == (1.5, 1.5)
    assert from_grid(1.5, 1.5, (4, 8)) == (0.25, 0.5)


def test_a_box_blinds_what_lies_outside() -> None:
    inside = random_descriptors(1).within((0.0, 0.0, 0.5, 1.0))
    assert inside.seen[:, :4].all()
    assert not inside.seen[:, 5:].any()
