import numpy as np
import pytest

from ml.pictures import free_path, pictures_in, read_picture, write_picture
from ml.types import PictureError

SHADES = np.arange(12, dtype=np.uint8).reshape(2, 2, 3) * 20


def test_a_picture_that_was_written_is_read_again(tmp_path):
    path = write_picture(tmp_path / "new" / "a.png", SHADES)
    assert read_picture(path).tolist() == SHADES.tolist()


def test_what_cannot_be_written_is_a_sentence_and_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(PictureError, match=r"a\.png cannot be written: .+\.$"):
        write_picture(tmp_path / "file" / "a.png", SHADES)
    (tmp_path / "a.png").mkdir()
    with pytest.raises(PictureError, match="cannot be written"):
        write_picture(tmp_path / "a.png", SHADES)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "file"]


def test_masks_are_no_photos_unless_they_are_named(tmp_path):
    photo, mask = (write_picture(tmp_path / name, SHADES) for name in ("a.jpg", "a.mask.png"))
    assert pictures_in([tmp_path]) == [photo]
    assert pictures_in([mask]) == [mask]


def test_no_path_and_an_empty_folder_are_told_apart(tmp_path):
    with pytest.raises(PictureError, match="Name at least one"):
        pictures_in([])
    with pytest.raises(PictureError, match="There are no pictures in"):
        pictures_in([tmp_path])


def test_a_second_picture_of_a_name_gets_a_number(tmp_path):
    written = set()
    names = [free_path(tmp_path, "a", ".png", written).name for _ in range(3)]
    assert names == ["a.png", "a-2.png", "a-3.png"]
