import numpy as np
import pytest

from ml.head import logit, sigmoid
from ml.left_out import LeftOut, shift_of, shifted, unbiased_shift
from ml.truth import TruePicture


def picture(source, share, chance):
    """A picture of two columns of patches."""
    true = TruePicture(path=None, group="one", source=source)
    return LeftOut(true, 2, np.array(share, dtype=np.float32), np.array(chance, dtype=np.float32))


def test_a_shift_makes_the_mean_found_the_true_one():
    chance = np.array([0.001, 0.2, 0.6, 0.9], dtype=np.float32)
    share = np.array([0, 0.5, 1, 1], dtype=np.float32)
    shift = shift_of(share, chance)
    assert shift > 0
    assert sigmoid(logit(chance) + np.float32(shift)).mean() == pytest.approx(share.mean(), abs=1e-4)


def test_each_source_shifts_alike_however_many_pictures_it_has():
    over = picture("real", [0, 0, 0, 1], [0.5, 0.5, 0.5, 0.5])
    under = picture("rendered", [1, 1, 1, 0], [0.5, 0.5, 0.5, 0.5])
    assert unbiased_shift([over, under, under, under]) == pytest.approx(0, abs=1e-4)


def test_a_source_without_anything_festive_shifts_nothing():
    festive, plain = picture("rendered", [1, 0], [0.5, 0.5]), picture("real", [0, 0], [0.5, 0.5])
    assert unbiased_shift([festive, plain]) == unbiased_shift([festive])


def test_a_shift_leaves_the_order_of_patches_and_moves_the_festivity():
    one = picture("real", [0, 0, 1, 1], [0.1, 0.3, 0.4, 0.45])
    (moved,) = shifted([one], 0.5)
    assert np.all(np.diff(moved.chance) > 0)
    assert moved.festivity > one.festivity
    assert (one.in_regions, moved.in_regions) == (0, 0)


def test_what_lies_in_regions_is_at_most_the_festivity():
    one = picture("real", [0, 1, 1, 1], [0.2, 0.8, 0.8, 0.8])
    assert one.in_regions == pytest.approx(0.6)
    assert one.in_regions < one.festivity
