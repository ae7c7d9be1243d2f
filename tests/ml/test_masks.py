import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from ml import masks
from ml.cli import main
from ml.labels import LabelledFrame, load_real_frames
from ml.tools import gimp, rle
from ml.truth import TruePicture, each_once, masked_pictures
from ml.types import PictureError


@pytest.fixture
def photos(tmp_path):
    """Two photos, 40 x 30 and, after turning, 20 x 50, in a folder of their own."""
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.new("RGB", (40, 30), "navy").save(folder / "a.jpg")
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (50, 20), "black").save(folder / "b.jpg", exif=exif)
    return folder


def square(height, width):
    mask = np.zeros((height, width), dtype=bool)
    mask[5:15, 3:12] = True
    return mask


@pytest.mark.parametrize("seed", range(5))
def test_a_mask_survives_gimps_convention(tmp_path, seed):
    mask = np.random.default_rng(seed).random((7, 9)) < seed / 4
    gimp.write_mask(tmp_path / "m.png", mask)
    assert np.array_equal(gimp.read_mask(tmp_path / "m.png", 9, 7), mask)


def test_a_written_mask_is_black_with_an_alpha_of_0_or_255(tmp_path):
    gimp.write_mask(tmp_path / "m.png", square(30, 40))
    pixels = np.asarray(Image.open(tmp_path / "m.png"))
    assert pixels.shape == (30, 40, 4)
    assert not pixels[..., :3].any()
    assert set(np.unique(pixels[..., 3])) == {0, 255}


def test_half_opaque_is_festive_whatever_its_colour(tmp_path):
    pixels = np.full((1, 3, 4), 200, dtype=np.uint8)
    pixels[0, :, 3] = 127, 128, 255
    Image.fromarray(pixels).save(tmp_path / "m.png")
    assert gimp.read_mask(tmp_path / "m.png", 3, 1).tolist() == [[False, True, True]]


def test_a_mask_of_another_size_is_refused_with_both_sizes(tmp_path):
    gimp.write_mask(tmp_path / "m.png", square(30, 40))
    with pytest.raises(PictureError, match=r"40 x 30 pixels, but its photo is 80 x 60"):
        gimp.read_mask(tmp_path / "m.png", 80, 60)


def test_a_mask_without_alpha_channel_is_refused_with_the_way_to_add_one(tmp_path):
    Image.new("RGB", (4, 3)).save(tmp_path / "m.png")
    with pytest.raises(PictureError, match="Add Alpha Channel"):
        gimp.read_mask(tmp_path / "m.png", 4, 3)


def test_a_damaged_or_missing_mask_is_refused(tmp_path):
    gimp.write_mask(tmp_path / "m.png", np.random.default_rng(0).random((90, 90)) < 0.5)
    (tmp_path / "m.png").write_bytes((tmp_path / "m.png").read_bytes()[:300])
    with pytest.raises(PictureError, match="damaged"):
        gimp.read_mask(tmp_path / "m.png", 90, 90)
    with pytest.raises(PictureError, match="does not exist"):
        gimp.read_mask(tmp_path / "none.png", 90, 90)


def test_masks_beside_photos_and_in_a_folder_of_masks_are_learnt_from(photos):
    gimp.write_mask(photos / "a.mask.png", square(30, 40))
    (photos / "masks").mkdir()
    gimp.write_mask(photos / "masks" / "b.png", square(50, 20))
    pictures = masked_pictures(photos)
    assert [picture.path.name for picture in pictures] == ["a.jpg", "b.jpg"]
    assert [picture.mask().shape for picture in pictures] == [(30, 40), (50, 20)]


def test_a_folder_without_masks_or_with_a_wrong_one_is_refused_before_training(photos):
    with pytest.raises(PictureError, match=r"NAME\.mask\.png"):
        masked_pictures(photos)
    gimp.write_mask(photos / "b.mask.png", square(20, 50))
    with pytest.raises(PictureError, match="its photo is 20 x 50"):
        masked_pictures(photos)


def test_masks_beside_photos_become_labels_without_names(photos, tmp_path, capsys):
    gimp.write_mask(photos / "a.mask.png", square(30, 40))
    assert main(["masks", "import", str(photos), "--out", str(tmp_path / "labels.json")]) == 0
    (label,) = load_real_frames(tmp_path / "labels.json")
    assert np.array_equal(label.mask(), square(30, 40))
    assert label.drawn == "gimp"
    assert str(photos) not in (tmp_path / "labels.json").read_text()


def test_exported_masks_come_back_as_the_same_labels(photos, tmp_path):
    (photos / "other").mkdir()
    shutil.copy(photos / "a.jpg", photos / "other" / "c.jpg")
    Image.new("RGB", (40, 30), "green").save(photos / "other" / "a.jpg")
    drawn = {}
    for number, photo in enumerate([photos / "a.jpg", photos / "other" / "a.jpg"]):
        sha256 = next(k for k, p in masks.find_photos([photos]).items() if p == photo)
        runs = tuple(rle.encode(square(30, 40) & (number == 0)))
        drawn[sha256] = LabelledFrame(sha256, 40, 30, runs, 7 + number, "gimp")
    out = tmp_path / "gimp"
    masks.export_masks(out, [photos], drawn)
    assert sorted(path.name for path in out.iterdir()) == ["a-2.mask.png", "a.mask.png", "listing.csv"]
    masks.write_labels(tmp_path / "back.json", masks.import_masks(out))
    assert {label.sha256: label for label in load_real_frames(tmp_path / "back.json")} == drawn


def test_an_export_without_the_photos_says_so(tmp_path, capsys):
    assert main(["masks", "export", str(tmp_path / "out"), "--real", str(tmp_path)]) == 2
    assert "folder that holds the photos" in capsys.readouterr().err


def test_an_import_without_masks_or_with_a_broken_listing_says_so(photos, tmp_path, capsys):
    command = ["masks", "import", str(photos), "--out", str(tmp_path / "l.json")]
    assert main(command) == 2
    (photos / "listing.csv").write_text("photo,place\nx,y\n")
    assert main(command) == 2
    said = capsys.readouterr().err
    assert "There are no masks" in said
    assert "needs the columns mask, photo, group" in said


def test_labels_are_written_one_to_a_line(tmp_path):
    masks.write_labels(tmp_path / "l.json", [LabelledFrame("ab", 2, 1, (1, 1), 3, "gimp")] * 2)
    assert len((tmp_path / "l.json").read_text().splitlines()) == 4
    assert json.loads((tmp_path / "l.json").read_text())[0]["festive"] == [1, 1]


def test_a_photo_with_two_masks_is_learnt_from_once_by_the_later_in_the_group_of_the_first(photos):
    gimp.write_mask(photos / "a.mask.png", square(30, 40))
    (masked,) = masked_pictures(photos)
    plain = TruePicture(path=photos / "a.jpg", group="first", source="real")
    other = TruePicture(path=photos / "b.jpg", group="second", source="real")
    assert each_once([plain, other, masked]) == [replace(masked, group="first"), other]
