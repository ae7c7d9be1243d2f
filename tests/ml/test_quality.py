from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.quality import quality_of


@pytest.fixture(scope="module")
def lamps() -> NDArray[np.uint8]:
    """A night picture: small lamps with their glow on black, and a little noise."""
    rng = np.random.default_rng(1)
    light = np.zeros((180, 320, 3))
    for row, column in rng.integers((10, 10), (170, 310), (60, 2)):
        light[row : row + 2, column : column + 2] = 1250
    return (soft(light, 4) + rng.normal(6, 2, light.shape)).clip(0, 255).astype(np.uint8)


def soft(picture: NDArray[np.float64], times: int) -> NDArray[np.float64]:
    for axis in (0, 1) * times:
        picture = (np.roll(picture, 1, axis) + 2 * picture + np.roll(picture, -1, axis)) / 4
    return picture


def moved(picture: NDArray[np.uint8], reach_px: int, axis: int) -> NDArray[np.uint8]:
    shifted = [np.roll(picture.astype(float), step, axis=axis) for step in range(reach_px)]
    return np.mean(shifted, axis=0).astype(np.uint8)


def test_a_crisp_picture_is_sharp_and_light(lamps: NDArray[np.uint8]) -> None:
    quality = quality_of(lamps)
    assert quality.sharpness > 0.55
    assert quality.exposure > 0.9


@pytest.mark.parametrize("axis", [0, 1], ids=["up and down", "sideways"])
def test_a_picture_that_moved_is_smeared_whichever_way(lamps: NDArray[np.uint8], axis: int) -> None:
    quality = [quality_of(moved(lamps, reach_px, axis)).sharpness for reach_px in (1, 5, 9)]
    assert quality[0] > quality[1] > quality[2]
    assert quality[2] < 0.6 * quality[0]


def test_a_picture_out_of_focus_does_not_count(lamps: NDArray[np.uint8]) -> None:
    assert quality_of(soft(lamps.astype(float), 30).astype(np.uint8)).sharpness < 0.35


def test_a_dark_picture_has_little_exposure_and_is_no_less_sharp(lamps: NDArray[np.uint8]) -> None:
    quality = quality_of((lamps * 0.15).astype(np.uint8))
    assert quality.exposure < 0.2
    assert quality.sharpness > 0.55


def test_noise_alone_is_not_sharp() -> None:
    noise = np.random.default_rng(2).normal(5, 2, (180, 320, 3)).clip(0, 255)
    assert quality_of(noise.astype(np.uint8)).sharpness == 0


def test_a_large_picture_says_what_a_small_one_says(lamps: NDArray[np.uint8]) -> None:
    large = np.kron(lamps, np.ones((5, 5, 1), np.uint8))
    assert quality_of(large).exposure == pytest.approx(quality_of(lamps).exposure, abs=0.02)


@pytest.mark.parametrize("shape", [(1, 1, 3), (64, 5, 3), (3, 900, 3)])
def test_tiny_pictures_are_measured_too(shape: tuple[int, ...]) -> None:
    quality = quality_of(np.full(shape, 200, np.uint8))
    assert quality.sharpness == 0
    assert quality.exposure == pytest.approx(200 / 255)
