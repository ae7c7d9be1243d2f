from __future__ import annotations

import math

import numpy as np
import pytest

from ml.tools.depth import Pinhole, front_of, weighted
from server.houses.placing.fronts import REFERENCE, Lens, distance_of_depth, lit_front
from server.houses.placing.roadside import HOUSE_LINE_M, SHALLOWEST, View, place

BOX = (0.3, 0.4, 0.5, 0.7)


@pytest.mark.parametrize("field_deg", [40.0, 67.0, 110.0])
@pytest.mark.parametrize("aspect", [9 / 16, 3 / 4, 4 / 3])
@pytest.mark.parametrize("box", [BOX, (0.0, 0.2, 0.1, 0.9), (0.8, 0.4, 1.0, 0.5)])
def test_the_square_metres_are_those_of_the_depth_tool(field_deg: float, aspect: float, box: tuple) -> None:
    lens = Lens(field_deg, aspect)
    square_on = math.cos(lens.off_axis((box[0] + box[2]) / 2))
    found = lit_front(box, 0.02, lens, 17.0, square_on)
    assert found.m2 == pytest.approx(front_of(box, 0.02, Pinhole(field_deg, aspect), 17.0).festive_m2)


def test_the_solid_angle_is_that_of_the_depth_tool() -> None:
    rows, columns = 90, 160
    patches = np.zeros((rows, columns), dtype=np.float32)
    patches[27:63, 112:144] = 0.5
    box = (112 / columns, 27 / rows, 144 / columns, 63 / rows)
    share = float(patches.mean())
    tool = weighted(patches, Pinhole(67, rows / columns)).festive_sr
    assert lit_front(box, share, Lens(67, rows / columns), 14.0, 0.8).sr == pytest.approx(tool, rel=0.02)


def test_solid_angle_times_distance_squared_over_the_slant_is_the_front() -> None:
    box = (0.65, 0.48, 0.7, 0.52)
    found = lit_front(box, 0.001, Lens(67, 9 / 16), 20.0, 0.6)
    assert found.m2 == pytest.approx(found.sr * 20**2 / 0.6, rel=0.01)


def test_the_reference_picture_keeps_its_share() -> None:
    found = lit_front((0.4, 0.4, 0.6, 0.6), 0.03, REFERENCE, HOUSE_LINE_M, 1.0)
    assert found.share_at_reference == pytest.approx(0.03)


def test_twice_the_distance_counts_twice() -> None:
    near, far = (lit_front((0.4, 0.4, 0.6, 0.6), 0.03, REFERENCE, away_m, 1.0) for away_m in (7.0, 14.0))
    assert far.share_at_reference == pytest.approx(2 * near.share_at_reference)
    assert far.m2 == pytest.approx(4 * near.m2)


def test_a_wider_lens_makes_no_house_brighter() -> None:
    wide, narrow = Lens(90, 9 / 16), Lens(45, 9 / 16)
    share = 0.01 * (wide.focal / narrow.focal) ** 2
    box = (0.4, 0.4, 0.6, 0.6)
    of_wide = lit_front(box, share, wide, 14.0, 1.0)
    of_narrow = lit_front(box, 0.01, narrow, 14.0, 1.0)
    assert of_wide.share_at_reference == pytest.approx(of_narrow.share_at_reference)


def test_along_the_street_nothing_is_thought_farther_than_25_metres_along() -> None:
    ahead = View(lon=24.94, lat=60.17, heading_deg=0, mount_angle_deg=15, field_of_view_deg=67)
    placed = place(ahead, (0.45, 0.4, 0.55, 0.6))
    assert placed is not None
    assert placed.distance_m == pytest.approx(math.hypot(14, 25))
    assert placed.square_on == pytest.approx(SHALLOWEST)


@pytest.mark.parametrize("depth_m", [None, math.inf, math.nan, 0.0, -3.0, 1.0, 200.0])
def test_a_depth_that_no_front_has_is_no_distance(depth_m: float | None) -> None:
    assert distance_of_depth(depth_m, BOX, Lens(67, 9 / 16)) is None


def test_a_depth_along_the_axis_is_a_longer_way_at_the_edge() -> None:
    assert distance_of_depth(10.0, (1.0, 0.4, 1.0, 0.6), Lens(90, 0.5)) == pytest.approx(10 * math.sqrt(2))
