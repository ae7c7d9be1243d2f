from __future__ import annotations

import numpy as np
import pytest

from server.houses.placing.parallax import Glimpse, front_line_m

AHEAD = np.linspace(-0.65, 0.65, 50)
WAY = (-12.0, -6.0, 0.0, 6.0, 12.0)
LAMPS = ((-5.0, 0), (-2.0, 1), (0.0, 2), (1.5, 0), (4.0, 2))


def glimpse(line_m: float, along_m: float, seen_from_m: float | None = None) -> Glimpse:
    """Five lamps on a front, each as wide as a patch or two; GPS says `along_m`, the camera stood at `seen_from_m`."""
    here = along_m if seen_from_m is None else seen_from_m
    light = np.zeros((3, len(AHEAD)))
    for at_m, row in LAMPS:
        light[row] += np.exp(-(((AHEAD - (at_m - here) / line_m) / 0.03) ** 2))
    return Glimpse(along_m, np.clip(light, 0, 1))


@pytest.mark.parametrize("line_m", [8.0, 14.0, 25.0])
def test_lights_that_move_as_they_should_tell_the_distance(line_m: float) -> None:
    found = front_line_m([glimpse(line_m, along) for along in WAY], AHEAD)
    assert found == pytest.approx(line_m, rel=0.05)


@pytest.mark.parametrize("line_m", [9.0, 20.0])
def test_noise_of_gps_leaves_a_tenth(line_m: float) -> None:
    noise = np.random.default_rng(4).normal(0, 0.6, len(WAY))
    glimpses = [glimpse(line_m, along, along + float(off)) for along, off in zip(WAY, noise, strict=True)]
    assert front_line_m(glimpses, AHEAD) == pytest.approx(line_m, rel=0.12)


def test_a_frame_that_shows_something_else_does_not_mislead() -> None:
    glimpses = [glimpse(20.0, along) for along in WAY]
    glimpses[2] = Glimpse(0.0, glimpses[2].light[::-1, ::-1])
    assert front_line_m(glimpses, AHEAD) == pytest.approx(20, rel=0.1)


def test_frames_close_together_or_alone_tell_nothing() -> None:
    assert front_line_m([glimpse(20.0, along) for along in (0.0, 1.0, 2.0)], AHEAD) is None
    assert front_line_m([glimpse(20.0, 0.0)], AHEAD) is None
    assert front_line_m([], AHEAD) is None


def test_dark_frames_tell_nothing() -> None:
    dark = np.zeros((3, len(AHEAD)))
    assert front_line_m([Glimpse(0.0, dark), Glimpse(6.0, dark)], AHEAD) is None


def test_an_even_wall_of_light_leaves_it_to_the_usual_line() -> None:
    wall = np.ones((3, len(AHEAD)))
    assert front_line_m([Glimpse(0.0, wall), Glimpse(6.0, wall)], AHEAD) == pytest.approx(14, rel=0.15)
