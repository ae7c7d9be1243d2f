import json

import numpy as np
import pytest
from PIL import Image as Pillow

from ml.backbone import LoadedBackbone, load_backbone
from ml.cli import main
from ml.tools.detect import Crop, load_cropper
from ml.tools.detect.crops import area, best_apart, kept_inside, overlap
from ml.tools.detect.draw import cut
from ml.tools.detect.festive import is_night
from ml.tools.detect.foreground import MIDDLE, foreground_crop
from ml.types import Box, Image


@pytest.fixture(scope="module")
def backbone() -> LoadedBackbone:
    return load_backbone(threads=1)


def display(left: int) -> Image:
    """A night with a block of coloured lamps, 60 pixels wide, from `left`."""
    image = np.full((180, 320, 3), 4, dtype=np.uint8)
    for lamp in range(36):
        x, y = left + lamp % 9 * 7, 70 + lamp // 9 * 10
        image[y : y + 4, x : x + 4] = [(255, 40, 40), (40, 255, 60), (70, 90, 255)][lamp % 3]
    return image


def grid_with_block(rows: slice, columns: slice) -> np.ndarray:
    """Patch features (20, 30, 4): noise, and a block that differs from all around it."""
    patches = np.random.default_rng(3).normal(0, 0.05, (20, 30, 4)).astype(np.float32)
    patches[rows, columns] += 1
    return patches


def test_the_crop_of_a_night_lies_around_its_lamps(backbone):
    crop = load_cropper("festive", backbone).crops(display(left=200))[0]
    assert crop.why == "light"
    assert overlap(crop.box, (200 / 320, 70 / 180, 263 / 320, 110 / 180)) > 0.3
    assert 0.5 <= crop.score <= 1


def test_by_day_nothing_counts_as_festive_light(backbone):
    day = np.maximum(display(left=200), 140)
    assert not is_night(day)
    assert {crop.why for crop in load_cropper("festive", backbone).crops(day)} <= {"foreground", "middle"}


def test_the_foreground_is_what_differs_from_the_top():
    crop = foreground_crop(grid_with_block(slice(5, 15), slice(9, 21)))
    assert (crop.why, crop.box) == ("foreground", (9 / 30, 5 / 20, 21 / 30, 15 / 20))
    assert crop.score > 0.8


def test_the_foreground_is_the_same_where_the_block_is_the_darker_side():
    patches = grid_with_block(slice(5, 15), slice(9, 21))
    assert foreground_crop(-patches).box == foreground_crop(patches).box


def test_the_sky_is_no_foreground():
    assert foreground_crop(grid_with_block(slice(0, 8), slice(0, 30))).box == (0, 8 / 20, 1, 1)


@pytest.mark.parametrize(
    "patches",
    [
        np.zeros((20, 30, 4), np.float32),
        np.ones((1, 1, 4), np.float32),
        grid_with_block(slice(8, 10), slice(14, 16)),
    ],
)
def test_without_a_foreground_it_is_the_middle(patches):
    assert foreground_crop(patches).box == MIDDLE


def test_overlap_and_area_are_shares():
    assert overlap((0, 0, 1, 1), (0, 0, 0.5, 1)) == pytest.approx(0.5)
    assert overlap((0, 0, 0.2, 0.2), (0.5, 0.5, 1, 1)) == 0
    assert area((0.25, 0, 0.75, 0.5)) == pytest.approx(0.25)


def test_boxes_that_are_no_boxes_are_left_out():
    assert kept_inside((-0.5, 0.1, 0.5, 2.0)) == (0, 0.1, 0.5, 1)
    assert kept_inside((0.5, 0.1, 0.505, 0.9)) is None
    assert kept_inside((float("nan"), 0, 1, 1)) is None


def test_of_boxes_that_cover_each_other_the_surest_stays():
    boxes: list[tuple[Box, float]] = [((0, 0, 0.5, 1), 0.4), ((0, 0, 0.5, 0.9), 0.6), ((0.5, 0, 1, 1), 0.5)]
    kept = best_apart([Crop(box, score, "house") for box, score in boxes])
    assert [crop.score for crop in kept] == [0.6, 0.5]


def test_equal_scores_come_from_left_to_right():
    boxes: list[Box] = [(0.2 * place, 0.0, 0.2 * place + 0.1, 1.0) for place in (3, 0, 4, 1, 2)]
    kept = best_apart([Crop(box, 0.5, "house") for box in boxes])
    assert [crop.box for crop in kept] == sorted(boxes)[:4]


def test_a_cut_has_at_least_one_pixel():
    assert cut(np.zeros((4, 4, 3), np.uint8), Crop((1.0, 1.0, 1.0, 1.0), 1, "x")).shape == (1, 1, 3)


def test_detect_writes_boxes_and_crops(tmp_path, capsys):
    Pillow.fromarray(display(left=40)).save(tmp_path / "a.png")
    assert (
        main(["detect", str(tmp_path / "a.png"), "--out", str(tmp_path / "out"), "--json", "--threads", "1"])
        == 0
    )
    line = json.loads(capsys.readouterr().out)
    assert [path.rsplit("/", 1)[1] for path in line["written"][:2]] == ["a-boxes.png", "a-crop-1.png"]
    with Pillow.open(line["written"][0]) as page:
        assert page.size == (320, 180)
    x0, y0, x1, y1 = line["crops"][0]["box"]
    with Pillow.open(line["written"][1]) as part:
        assert part.size == pytest.approx(((x1 - x0) * 320, (y1 - y0) * 180), abs=2)


def test_one_bad_picture_does_not_stop_the_others(tmp_path, capsys):
    Pillow.fromarray(display(left=40)).save(tmp_path / "a.png")
    Pillow.new("RGB", (64, 64)).save(tmp_path / "b.png")
    assert main(["detect", str(tmp_path), "--threads", "1"]) == 1
    assert "black all over" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("picture", "arguments", "sentence"),
    [
        (Pillow.new("RGB", (64, 64)), [], "black all over"),
        (Pillow.new("RGB", (1, 1), "white"), [], "1 x 1 pixels is too small"),
        (None, [], "no pictures"),
        (Pillow.new("RGB", (64, 64), "white"), ["--crop", "detector"], "--detector"),
        (Pillow.new("RGB", (64, 64), "white"), ["--backbone", "nothing"], "no weights named"),
    ],
)
def test_where_nothing_can_be_detected_it_is_a_sentence_and_exit_code_2(
    picture, arguments, sentence, tmp_path, capsys
):
    if picture:
        picture.save(tmp_path / "a.png")
    assert main(["detect", str(tmp_path), *arguments, "--threads", "1"]) == 2
    said = capsys.readouterr()
    assert sentence in said.out + said.err
