import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml import transforms


@given(height=st.integers(1, 5000), width=st.integers(1, 5000))
def test_any_size_becomes_whole_patches_near_the_long_side(height, width):
    rows, columns = transforms.grid_shape(height, width, 640, 16)
    assert max(rows, columns) == 40
    assert min(rows, columns) >= 1


def test_a_phone_frame_keeps_its_aspect():
    image = np.zeros((450, 800, 3), dtype=np.uint8)
    assert transforms.fitted(image, 640, 16).shape == (352, 640, 3)


def test_normalised_pictures_have_the_usual_mean():
    grey = np.round(np.full((8, 8, 3), transforms.MEAN) * 255).astype(np.uint8)
    assert transforms.normalised([grey]) == pytest.approx(np.zeros((1, 3, 8, 8)), abs=0.01)


def test_normalised_is_the_formula_for_each_channel():
    image = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    expected = (image / 255 - transforms.MEAN) / transforms.DEVIATION
    assert transforms.normalised([image])[0] == pytest.approx(expected.transpose(2, 0, 1), abs=1e-5)


@given(x=st.floats(0, 0.9), y=st.floats(0, 0.9), size=st.floats(0.01, 0.1))
def test_a_crop_is_square_and_inside_the_picture(x, y, size):
    image = np.zeros((90, 160, 3), dtype=np.uint8)
    assert transforms.square_crop(image, (x, y, x + size, y + size), side=32).shape == (32, 32, 3)


def test_a_crop_holds_what_its_box_holds():
    image = np.zeros((100, 200, 3), dtype=np.uint8)
    image[40:60, 150:170] = 255
    assert transforms.square_crop(image, (0.75, 0.4, 0.85, 0.6), side=16).min() == 255


def test_a_box_of_any_shape_is_drawn_to_a_square_without_what_lies_beside_it():
    image = np.zeros((100, 200, 3), dtype=np.uint8)
    image[40:50, 20:180] = 255
    drawn = transforms.drawn_box(image, (0.1, 0.4, 0.9, 0.5), side=32)
    assert drawn.shape == (32, 32, 3)
    assert drawn.min() == 255


@pytest.mark.parametrize("box", [(0.5, 0.5, 0.5, 0.5), (0.999, 0, 1, 0.001), (0, 0, 1, 1)])
def test_a_box_is_at_least_a_pixel_each_way(box):
    assert transforms.drawn_box(np.zeros((7, 9, 3), dtype=np.uint8), box, side=16).shape == (16, 16, 3)
