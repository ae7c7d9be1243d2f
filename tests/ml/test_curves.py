import numpy as np
import pytest

from ml import curves
from ml.left_out import LeftOut, figures
from ml.truth import TruePicture


def picture(group, share, chance):
    """A picture of a few patches."""
    true = TruePicture(path=None, group=group, source="real")
    return LeftOut(true, len(share), np.array(share, dtype=np.float32), np.array(chance, dtype=np.float32))


def test_chances_that_come_true_are_calibrated():
    chance = np.random.default_rng(0).random(200_000).astype(np.float32)
    share = (np.random.default_rng(1).random(200_000) < chance).astype(np.float32)
    found = curves.calibration(share, chance)
    assert found["expected_error"] == pytest.approx(0, abs=0.01)
    assert [one["patches"] > 0 for one in found["bins"]] == [True] * 10


def test_a_chance_too_high_by_a_tenth_is_an_error_and_a_bias_of_a_tenth():
    found = curves.calibration(np.full(50, 0.2, dtype=np.float32), np.full(50, 0.3, dtype=np.float32))
    assert found["expected_error"] == found["bias"] == 0.1


def test_precision_at_recall_is_one_until_a_plain_patch_comes_before_a_festive_one():
    festive = np.array([True, True, False, True])
    found = curves.precision_at_recall(festive, np.array([0.9, 0.8, 0.7, 0.6]))
    assert (found["0.05"], found["0.65"], found["1.00"]) == (1, 1, 0.75)


def test_patches_of_one_chance_are_found_together():
    found = curves.precision_at_recall(np.array([True, False]), np.array([0.5, 0.5]))
    assert set(found.values()) == {0.5}


def test_figures_leave_out_half_covered_patches_but_calibrate_on_all():
    found = figures([picture("a", [1, 0.5, 0], [0.9, 0.1, 0.2]), picture("b", [1, 0, 0], [0.8, 0.3, 0.1])])
    assert (found["clear_patches"], found["of_which_festive"]) == (5, 2)
    assert found["average_precision"] == 1
    assert sum(one["patches"] for one in found["calibration"]["bins"]) == 6
    assert found["festivity_true"] == pytest.approx(2.5 / 6, abs=1e-4)
    assert found["festivity_found"] == pytest.approx(2.4 / 6, abs=1e-4)


def test_what_is_found_where_nothing_is_festive_stands_by_itself():
    found = figures([picture("a", [1, 1], [1, 1]), picture("b", [0, 0], [0.01, 0.03])])
    assert found["festivity_found_where_none"] == pytest.approx(0.02)


def test_groups_that_disagree_make_the_interval_wide():
    good = [picture(f"g{n}", [1, 0], [0.9, 0.1]) for n in range(4)]
    bad = [picture(f"b{n}", [1, 0], [0.1, 0.9]) for n in range(4)]
    alike, mixed = figures(good), figures(good + bad)
    assert alike["average_precision_95"] == [1, 1]
    low, high = mixed["average_precision_95"]
    assert low < mixed["average_precision"] < high
    assert high - low > 0.2


def test_the_curves_become_pictures(tmp_path):
    pytest.importorskip("matplotlib")
    found = figures([picture("a", [1, 0], [0.9, 0.1]), picture("b", [1, 0], [0.4, 0.6])])
    curves.draw_all({"real": found}, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["calibration.png", "precision_recall.png"]
