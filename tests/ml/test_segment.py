"""Clicks to masks, pixels and the next frames."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from ml.tools.descriptors import Descriptors
from ml.tools.segment import Click, Seeds, SegmentError, prototypes, refined, similarity, smoothed, to_pixels
from ml.tools.segment.export import cut_out, grey, overlay
from ml.tools.segment.propagate import carry, propagate
from ml.tools.segment.similarity import prototypes_of_mask, similarity_of
from ml.vectors import of_length_one


def three_kinds(seed: int = 0, column: int = 8) -> np.ndarray:
    """Tokens (12, 20, 16): a display of 4x6 patches from `column`, a lamp alone in a corner, walls elsewhere, black on top."""
    chance = np.random.default_rng(seed)
    kinds = of_length_one(np.random.default_rng(1).normal(size=(3, 16)).astype(np.float32))
    number = np.zeros((12, 20), dtype=int)
    number[5:9, column : column + 6] = 1
    number[10:, :2] = 2
    grid = kinds[number] + chance.normal(size=(12, 20, 16)).astype(np.float32) * 0.08 + np.float32(0.3)
    grid[:2] = 0
    return grid.astype(np.float32)


ON_DISPLAY, ON_LAMP, ON_BLACK = (0.55, 0.58), (0.05, 0.95), (0.5, 0.02)


def display(column: int = 8) -> np.ndarray:
    mask = np.zeros((12, 20), dtype=bool)
    mask[5:9, column : column + 6] = True
    return mask


def test_one_click_finds_all_of_a_display_and_nothing_else() -> None:
    values = similarity(three_kinds(), Seeds((Click(*ON_DISPLAY),)))
    assert np.array_equal(values > 0.65, display())
    assert (values >= -1).all()
    assert (values <= 1).all()
    assert (values[:2] == -1).all()


def test_a_minus_click_takes_its_own_kind_out_and_leaves_the_rest() -> None:
    plus = (Click(*ON_DISPLAY), Click(*ON_LAMP))
    both = similarity(three_kinds(), Seeds(plus))
    without = similarity(three_kinds(), Seeds((*plus, Click(*ON_LAMP, positive=False))))
    assert both[10:, :2].min() > 0.4
    assert without[10:, :2].max() <= 0
    assert (without[display()] > 0.3).all()


def test_boxes_are_seeds_too() -> None:
    box = (0.4, 0.42, 0.7, 0.75)
    assert np.array_equal(similarity(three_kinds(), Seeds(boxes=(box,))) > 0.65, display())
    taken = Seeds((Click(*ON_DISPLAY),), not_boxes=((0.0, 0.84, 0.1, 1.0),))
    assert similarity(three_kinds(), taken)[11, 0] < 0


def test_a_click_just_beside_light_means_the_light() -> None:
    grid = np.zeros((5, 5, 4), dtype=np.float32)
    grid[2, 2], grid[4, 4] = (1, 0, 0, 0), (0, 1, 0, 0)
    assert similarity(grid, Seeds((Click(0.72, 0.5),)))[2, 2] == pytest.approx(1)


@pytest.mark.parametrize(
    ("seeds", "words"),
    [
        (Seeds(), "Point at least once"),
        (Seeds((Click(*ON_BLACK),)), "Point at least once"),
        (Seeds((Click(*ON_LAMP, positive=False),)), "Point at least once"),
        (Seeds((Click(1.2, 0.5),)), "is not in the picture"),
        (Seeds(boxes=((0.5, 0.5, 0.2, 0.9),)), "is not in the picture"),
    ],
)
def test_seeds_that_mean_nothing_are_refused(seeds, words) -> None:
    with pytest.raises(SegmentError, match=words):
        similarity(three_kinds(), seeds)


def test_a_picture_that_is_the_same_all_over_is_like_itself() -> None:
    assert similarity(np.ones((3, 4, 5), np.float32), Seeds((Click(0.5, 0.5),))) == pytest.approx(1)


def test_a_mask_serves_as_seed_and_an_empty_one_is_refused() -> None:
    found = prototypes_of_mask(three_kinds(), display().astype(np.float32))
    assert np.array_equal(similarity_of(three_kinds(), found) > 0.65, display())
    with pytest.raises(SegmentError, match="nothing that is to be seen"):
        prototypes_of_mask(three_kinds(), np.zeros((12, 20), np.float32))


def test_smoothing_evens_out_and_leaves_black_alone() -> None:
    values = similarity(three_kinds(), Seeds((Click(*ON_DISPLAY),)))
    even = smoothed(values, 1.0)
    assert even[display()].std() > values[display()].std()
    assert even[2:, 15:].mean() == pytest.approx(values[2:, 15:].mean(), abs=0.05)
    assert (even[:2] == -1).all()
    assert np.array_equal(smoothed(values, 0.0), values)


def test_a_lone_wrong_patch_is_smoothed_away() -> None:
    values = np.full((9, 9), -0.5, dtype=np.float32)
    values[4, 4] = 0.9
    assert smoothed(values, 1.0).max() < 0


def picture() -> np.ndarray:
    image = np.full((192, 320, 3), 12, dtype=np.uint8)
    image[84:140, 132:220] = (230, 40, 30)
    return image


@pytest.mark.parametrize("colours", [0.0, 0.3])
def test_refinement_draws_the_edge_where_the_picture_has_it(colours) -> None:
    truth = picture()[..., 0] > 100
    values = to_pixels(similarity(three_kinds(), Seeds((Click(*ON_DISPLAY),))), 192, 320)
    rough, fine = values >= 0.65, refined(values, picture(), 0.65, colours=colours) >= 0.5
    assert (fine ^ truth).sum() < 0.5 * (rough ^ truth).sum()


def described(column: int) -> Descriptors:
    """A frame of the same street: every patch has a look of its own on top of its kind's, and all moves with the display."""
    own = np.random.default_rng(6).normal(size=(12, 60, 16)).astype(np.float32) * 0.25
    grid = three_kinds(column, column)
    grid[2:] += own[2:, 20 - column : 40 - column]
    return Descriptors(grid, grid[0, 0], 320, 192)


def test_a_mask_follows_its_display_through_the_next_frames() -> None:
    first = described(8)
    found = prototypes(first.grid, Seeds(boxes=((0.4, 0.42, 0.7, 0.75),)))
    frames = list(propagate(first, display(8), [described(column) for column in (6, 4, 2)], found, 0.35))
    assert [frame.found for frame in frames] == [True, True, True]
    for frame, column in zip(frames, (6, 4, 2), strict=True):
        assert (frame.mask & display(column)).sum() / (frame.mask | display(column)).sum() > 0.8


def test_a_display_of_the_same_looks_elsewhere_is_not_the_one_followed() -> None:
    first, frame = described(8), described(6)
    frame.grid[3:5, 17:19] = first.grid[6, 10]
    found = prototypes(first.grid, Seeds(boxes=((0.4, 0.42, 0.7, 0.75),)))
    assert (similarity_of(frame.grid, found)[3:5, 17:19] > 0.35).all()
    assert not carry(first, display(8), frame, found, 0.35)[0].mask[3:5, 17:19].any()


def test_a_place_that_is_gone_is_said_to_be_lost() -> None:
    first = described(8)
    other = np.random.default_rng(77).normal(size=first.grid.shape).astype(np.float32)
    found = prototypes(first.grid, Seeds((Click(*ON_DISPLAY),)))
    assert not carry(first, display(8), Descriptors(other, other[0, 0], 320, 192), found, 0.4)[0].found


def test_the_web_process_loads_no_network_and_no_imaging() -> None:
    words = "import sys, ml.tools.segment; print([name for name in ('onnxruntime', 'torch', 'PIL') if name in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )


def test_pictures_show_what_they_say() -> None:
    mask = np.zeros((192, 320), dtype=bool)
    mask[84:140, 132:220] = True
    shown = overlay(picture(), mask)
    assert np.array_equal(shown[~mask], picture()[~mask])
    assert (shown[84, 132:220] == 255).all()
    assert cut_out(picture(), mask).shape == (56, 88, 4)
    assert (cut_out(picture(), ~mask | mask)[..., 3] == 255).all()
    assert not cut_out(picture(), np.zeros_like(mask))[..., 3].any()
    assert grey(np.array([[-1.0, 0.0, 1.0]], dtype=np.float32)).tolist() == [[0, 128, 255]]
