from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from server.frames.models import FrameScore
from server.frames.pictures import AMBER, overlay_png


def overlay_of(patches: list[list[int]]) -> np.ndarray:
    """(rows, columns, 4) of the overlay that is drawn of those patches."""
    shape = np.array(patches, np.uint8)
    score = FrameScore(map_rows=shape.shape[0], map_columns=shape.shape[1], map_bytes=shape.tobytes())
    return np.asarray(Image.open(io.BytesIO(overlay_png(score))))


def test_an_overlay_has_one_pixel_per_patch() -> None:
    assert overlay_of([[0, 128, 255], [0, 0, 0]]).shape == (2, 3, 4)


def test_dark_patches_are_clear_and_festive_ones_amber() -> None:
    clear, faint, strong = overlay_of([[0, 60, 255]])[0]
    assert clear[3] == 0
    assert 0 < faint[3] < strong[3]
    assert tuple(strong[:3]) == AMBER


@pytest.mark.parametrize("patch", range(10))
def test_noise_below_the_faintest_stays_clear(patch: int) -> None:
    assert overlay_of([[patch]])[0, 0, 3] == 0
