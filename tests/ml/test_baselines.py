import numpy as np
import pytest

from ml.baselines import HandMade, edge_share
from ml.transforms import normalised


def chequered(height: int = 48, width: int = 64) -> np.ndarray:
    """Black but for a red patch in the second row and third column."""
    image = np.zeros((height, width, 3), dtype=np.uint8)
    image[16:32, 32:48, 0] = 255
    return image


def test_hand_made_statistics_have_the_shapes_of_a_backbone():
    features = HandMade().encode(normalised([chequered(), chequered()]))
    assert features.patches.shape == (2, 3, 4, 60)
    assert features.cls.shape == (2, HandMade.dimension)
    assert features.patches.dtype == np.float32


def test_hand_made_statistics_say_what_the_patch_shows():
    patches = HandMade().encode(normalised([chequered()])).patches[0]
    red_mean, saturation_mean, red_deviation, red_max = (patches[:, :, number] for number in (0, 4, 5, 15))
    only_one = np.zeros((3, 4))
    only_one[1, 2] = 1
    assert red_mean == pytest.approx(only_one, abs=1e-5)
    assert saturation_mean == pytest.approx(only_one, abs=1e-5)
    assert red_max == pytest.approx(only_one, abs=1e-5)
    assert red_deviation == pytest.approx(0, abs=1e-5)


def test_neighbours_of_a_patch_know_of_it():
    patches = HandMade().encode(normalised([chequered()])).patches[0]
    assert patches[0, 1, 20] == pytest.approx(1 / 9, abs=1e-5)
    assert patches[0, 1, 40] == pytest.approx(1, abs=1e-5)
    assert patches[0, 0, 40] == pytest.approx(0, abs=1e-5)


def test_hand_made_statistics_know_nothing_of_other_pictures_in_the_batch():
    black = np.zeros((48, 64, 3), dtype=np.uint8)
    together = HandMade().encode(normalised([black, chequered()])).patches[1]
    assert np.array_equal(together, HandMade().encode(normalised([chequered()])).patches[0])


def test_edges_are_counted_and_evenness_is_not():
    assert edge_share(np.full((20, 20, 3), 200, dtype=np.uint8)) == 0
    assert 0 < edge_share(chequered()) < 0.2
