# ruff: noqa: E402 (what needs torch is imported after the question whether it is there)
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is an extra: the network is not built without it.")

from ml.contrast import CONTRAST_DIMENSION, Blur, LocalContrast
from ml.transforms import normalised

PEAK_OF_BRIGHTNESS = 4


def contrast_of(picture):
    """(h, w, 8) of a picture (H, W, 3) uint8."""
    return LocalContrast(16)(torch.from_numpy(normalised([picture])))[0].numpy()


def test_a_lamp_stands_out_and_a_bright_wall_does_not():
    lamp, wall = np.zeros((48, 48, 3), dtype=np.uint8), np.full((48, 48, 3), 220, dtype=np.uint8)
    lamp[22:25, 22:25] = 220
    assert contrast_of(lamp).shape == (3, 3, CONTRAST_DIMENSION)
    assert contrast_of(lamp)[1, 1, PEAK_OF_BRIGHTNESS] > 0.5
    assert contrast_of(wall).max() < 1e-3


def test_soft_glow_has_a_tenth_of_the_contrast_of_a_lamp():
    rows, columns = np.mgrid[:96, :96]
    glow = 200 * np.exp(-((rows - 48) ** 2 + (columns - 48) ** 2) / (2 * 25**2))
    lamp = np.where(np.hypot(rows - 48, columns - 48) < 2, 200, 0)
    pictures = [np.dstack([light] * 3).astype(np.uint8) for light in (glow, lamp)]
    glowing, lit = (contrast_of(picture)[..., PEAK_OF_BRIGHTNESS].max() for picture in pictures)
    assert glowing < 0.1 * lit


def test_a_coloured_lamp_speaks_in_its_own_colour():
    picture = np.zeros((48, 48, 3), dtype=np.uint8)
    picture[22:25, 22:25, 1] = 220
    red, green, blue = contrast_of(picture)[1, 1, PEAK_OF_BRIGHTNESS + 1 :]
    assert green > 0.5
    assert max(red, blue) < 1e-3


def test_blur_keeps_the_sum_of_a_dot_and_the_level_of_a_plain_picture():
    dot = torch.zeros(1, 2, 21, 21)
    dot[..., 10, 10] = 1
    assert Blur(2, 7)(dot).sum(dim=(2, 3))[0].tolist() == pytest.approx([1, 1], abs=1e-5)
    assert Blur(1, 7)(torch.full((1, 1, 9, 9), 0.3)).numpy() == pytest.approx(0.3, abs=1e-6)
