from __future__ import annotations

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.labels import (
    FIGURES,
    LAMPS_ONLY,
    REAL_FRAMES,
    LabelledFrame,
    find_photos,
    load_chosen,
    load_real_frames,
)
from ml.tools import rle

FIELDS = {"sha256", "width", "height", "festive", "group", "drawn"}
MASKED = (REAL_FRAMES, REAL_FRAMES.with_name("real_frames_bright.json"))
LAMP_KINDS = {"porch", "street lamp", "windows", "head lights", "tail lights", "traffic lights", "shop light"}
FIGURE_KINDS = {"inflatable", "figure", "tree", "string", "curtain"}


@pytest.mark.parametrize("seed", range(20))
def test_a_mask_survives_encoding_and_decoding(seed: int) -> None:
    chance = np.random.default_rng(seed)
    height, width = chance.integers(1, 40, size=2)
    mask = chance.random((height, width)) < chance.random()
    assert np.array_equal(rle.decode(rle.encode(mask), height, width), mask)


def test_runs_are_row_major_and_start_with_zeros() -> None:
    mask = np.array([[1, 1, 0], [0, 0, 1]], dtype=bool)
    assert rle.encode(mask) == [0, 2, 3, 1]
    assert rle.encode(np.zeros((2, 3), dtype=bool)) == [6]


def test_runs_that_do_not_fit_the_picture_are_refused() -> None:
    with pytest.raises(ValueError, match="cover 5 pixels"):
        rle.decode([2, 3], 2, 3)
    with pytest.raises(ValueError, match="negative"):
        rle.decode([-1, 7], 2, 3)


def test_every_label_fits_its_own_picture_size() -> None:
    for frame in load_real_frames():
        assert frame.mask().shape == (frame.height, frame.width)


def test_no_festive_area_fills_half_a_picture() -> None:
    assert max(frame.mask().mean() for frame in load_real_frames()) < 0.5


def test_every_photo_is_labelled_once() -> None:
    frames = load_real_frames()
    assert len({frame.sha256 for frame in frames}) == len(frames)


def test_there_are_festive_and_plain_frames_in_many_groups() -> None:
    festive = [frame.group for frame in load_real_frames() if frame.mask().any()]
    plain = [frame.group for frame in load_real_frames() if not frame.mask().any()]
    assert len(festive) >= 45
    assert len(set(festive)) >= 30
    assert len(plain) >= 30
    assert len(set(plain)) >= 20


def test_the_file_holds_no_names_and_no_places() -> None:
    for row in json.loads(REAL_FRAMES.read_text(encoding="utf-8")):
        assert set(row) == FIELDS
        assert re.fullmatch(r"[0-9a-f]{64}", row["sha256"])
        assert re.fullmatch(r"[a-z+]+", row["drawn"])
        assert all(
            type(number) is int for number in (row["width"], row["height"], row["group"], *row["festive"])
        )


@pytest.mark.parametrize(("path", "kinds"), [(LAMPS_ONLY, LAMP_KINDS), (FIGURES, FIGURE_KINDS)])
def test_a_list_of_chosen_frames_names_each_photo_once_by_hash_and_kind(path: Path, kinds: set[str]) -> None:
    chosen = load_chosen(path)
    hashes = [frame.sha256 for frame in chosen]
    assert hashes == sorted(set(hashes))
    assert all(re.fullmatch(r"[0-9a-f]{64}", name) for name in hashes)
    assert {frame.kind for frame in chosen} == kinds


def test_enough_frames_are_chosen_to_validate_with() -> None:
    figures = [frame.kind for frame in load_chosen(FIGURES)]
    assert len(load_chosen(LAMPS_ONLY)) >= 80
    assert len(figures) >= 60
    assert figures.count("inflatable") + figures.count("figure") >= 35


def test_no_frame_is_in_two_lists_nor_has_a_mask_to_learn_from() -> None:
    lists = [{frame.sha256 for frame in load_chosen(path)} for path in (LAMPS_ONLY, FIGURES)]
    masked = {frame.sha256 for path in MASKED for frame in load_real_frames(path)}
    assert lists[0].isdisjoint(lists[1])
    assert masked.isdisjoint(lists[0] | lists[1])


def test_photos_are_found_by_their_bytes_whatever_their_name(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    Image.new("RGB", (4, 3)).save(tmp_path / "deep" / "any.png")
    (tmp_path / "notes.txt").write_text("not a photo")
    (sha256,) = find_photos([tmp_path])
    frame = LabelledFrame(sha256, 4, 3, (12,), 0, "eye")
    assert find_photos([str(tmp_path)])[frame.sha256].name == "any.png"


def test_every_labelled_photo_lies_in_the_real_data_at_its_size() -> None:
    folder = os.environ.get("FESTIVITY_REAL_DATA")
    if not folder:
        pytest.skip(
            "The photos are not part of the project; set FESTIVITY_REAL_DATA to the folder that holds them."
        )
    photos = find_photos([folder])
    for frame in load_real_frames():
        with Image.open(photos[frame.sha256]) as photo:
            assert photo.size == (frame.width, frame.height)
    assert all(frame.sha256 in photos for path in (LAMPS_ONLY, FIGURES) for frame in load_chosen(path))
