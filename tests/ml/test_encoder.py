import numpy as np
import pytest
from PIL import Image

from ml.pretrain.encoder import HALF, SIDE_PX, grids, half_sized, open_encoder, replaced, teach
from ml.pretrain.taught import BASIS, TAUGHT, Lessons, lesson_name
from ml.types import WeightsError


def brightness(square):
    """In place of an encoder: (64, 64, 384) of the red of each patch, spread over random directions."""
    patches = square[0, 0].reshape(64, 16, 64, 16).mean(axis=(1, 3))
    spread = np.random.default_rng(0).normal(size=(2, 384)).astype(np.float32)
    return np.stack([patches, np.square(patches)], axis=2) @ spread


@pytest.fixture
def photos(tmp_path):
    chance = np.random.default_rng(1)
    paths = [tmp_path / f"{name}.png" for name in "abc"]
    for path in paths:
        Image.fromarray(chance.integers(0, 255, size=(90, 160, 3), dtype=np.uint8)).save(path)
    return paths


def test_pictures_of_any_shape_fill_half_of_the_square():
    for height, width in ((450, 800), (800, 450), (100, 3000)):
        rows, columns, _ = half_sized(np.zeros((height, width, 3), dtype=np.uint8)).shape
        assert rows <= HALF * 16
        assert columns <= SIDE_PX


def test_two_pictures_in_one_pass_keep_their_places():
    dark, light = np.zeros((450, 800, 3), dtype=np.uint8), np.full((450, 800, 3), 255, dtype=np.uint8)
    first, second = grids(brightness, [dark, light])
    assert first.shape == second.shape == (32, 57, 384)
    assert np.allclose(first, grids(brightness, [dark])[0])
    assert not np.allclose(first, second)


def test_teaching_goes_on_where_it_stopped(photos, tmp_path):
    out = tmp_path / "lessons"
    assert teach(out, brightness, photos[:2]) == 2
    basis = (out / BASIS).read_bytes()
    assert teach(out, brightness, photos) == 1
    assert teach(out, brightness, photos) == 0
    assert (out / BASIS).read_bytes() == basis
    assert np.load(out / lesson_name(photos[2])).shape == (32, 57, TAUGHT)


def test_a_view_of_a_picture_gets_the_lesson_of_that_place(photos, tmp_path):
    out = tmp_path / "lessons"
    teach(out, brightness, photos)
    whole = np.load(out / lesson_name(photos[0])).astype(np.float32)
    corner = Lessons(out).within(photos[0], (0.5, 0.5, 1.0, 1.0), 16)
    assert corner[-1, -1] == pytest.approx(whole[-1, -1], abs=0.15 * float(np.abs(whole).max()))
    assert np.isnan(Lessons(out).within(tmp_path / "lessons" / BASIS, (0, 0, 1, 1), 4)).all()


def test_another_file_than_the_encoder_is_refused(tmp_path):
    (tmp_path / "other.ort").write_bytes(b"something else")
    with pytest.raises(WeightsError, match="SHA-256"):
        open_encoder(tmp_path / "other.ort")
    with pytest.raises(WeightsError, match="does not exist"):
        open_encoder(tmp_path / "none.ort")


def test_what_is_cut_off_while_it_is_written_is_not_there(tmp_path):
    def cut_off():
        with replaced(tmp_path / BASIS) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_off()
    assert not (tmp_path / BASIS).exists()
