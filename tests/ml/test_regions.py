import numpy as np
import pytest

from ml.regions import MOST_REGIONS, find_areas


def festivity_map(*boxes: tuple[int, int, int, int], chance: float = 0.9) -> np.ndarray:
    """A map (22, 40) that is festive in boxes of rows and columns (r0, r1, c0, c1)."""
    found = np.full((22, 40), 0.01, dtype=np.float32)
    for r0, r1, c0, c1 in boxes:
        found[r0:r1, c0:c1] = chance
    return found


def test_a_dark_map_has_no_areas():
    assert find_areas(festivity_map()) == ()


def test_two_houses_are_two_areas_the_larger_first():
    small, large = (5, 8, 2, 5), (5, 11, 20, 30)
    areas = find_areas(festivity_map(small, large))
    assert [area.box[0] for area in areas] == [pytest.approx(19 / 40), pytest.approx(1 / 40)]


def test_lamps_one_patch_apart_belong_together():
    assert len(find_areas(festivity_map((5, 6, 2, 4), (5, 6, 5, 8)))) == 1


def test_a_speck_is_no_area():
    assert find_areas(festivity_map((5, 6, 5, 7))) == ()


def test_the_box_has_a_margin_and_stays_inside():
    (area,) = find_areas(festivity_map((0, 4, 36, 40)))
    assert area.box == pytest.approx((35 / 40, 0, 1, 5 / 22))


def test_shares_sum_to_at_most_the_festivity():
    found = festivity_map((0, 4, 0, 4), (10, 14, 10, 14), (18, 21, 30, 38))
    assert sum(area.share for area in find_areas(found)) <= found.mean()


def test_share_and_festivity_of_one_area():
    (area,) = find_areas(festivity_map((5, 9, 5, 10), chance=0.8))
    assert area.festivity == pytest.approx(0.8)
    assert area.share == pytest.approx(0.8 * 20 / 880)


def test_a_confetti_map_gives_only_a_handful():
    boxes = [(row, row + 2, column, column + 2) for row in range(0, 20, 5) for column in range(0, 38, 5)]
    assert len(find_areas(festivity_map(*boxes))) == MOST_REGIONS
