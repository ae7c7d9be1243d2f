"""Which side a camera faced, from names as drivers and phones write them."""

from __future__ import annotations

import pytest

from workers.media.side import side_of


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("phone_left_20251207_172817.jpg", "left"),
        ("phone_right_20251207_172817_2.jpg", "right"),
        ("L_001.jpg", "left"),
        ("cam-R", "right"),
        ("F 12.HEIC", "front"),
        ("FRONT.JPG", "front"),
        ("right/IMG_1.jpg", "right"),
        ("drive\\Left\\IMG_1.jpg", "left"),
        ("left/second right turn/L_1.jpg", "right"),
        ("left/EOS_R_0001.jpg", "left"),
        ("R/IMG_1.jpg", "right"),
    ],
)
def test_a_name_tells_the_side(name: str, side: str) -> None:
    assert side_of(name) == side


@pytest.mark.parametrize(
    "name",
    [
        "",
        "IMG_1.jpg",
        "cleft.jpg",
        "DSCR001.jpg",
        "brightness.png",
        "confront/1.jpg",
        "leftover.jpg",
        "left_right.jpg",
    ],
)
def test_a_name_that_only_looks_like_a_side_tells_none(name: str) -> None:
    assert side_of(name) is None
