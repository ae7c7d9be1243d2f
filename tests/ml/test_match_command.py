"""`python -m ml match` and `python -m ml segment`, as a user calls them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.cli import main
from ml.tools.gimp import read_mask, write_mask

PICTURES = (".mask", "-similarity", "-overlay", "-cutout")


@pytest.fixture
def frames(tmp_path: Path) -> tuple[Path, Path]:
    """Two frames of a lit wall, the second moved 32 pixels to the left."""
    chance = np.random.default_rng(1)
    wall = chance.integers(0, 255, (24, 40, 3)).astype(np.uint8).repeat(8, axis=0).repeat(8, axis=1)
    wide = np.full((256, 480, 3), 30, dtype=np.uint8)
    wide[32:224, 96:416] = wall
    paths = tmp_path / "a.png", tmp_path / "b.png"
    for path, left in zip(paths, (0, 32), strict=True):
        Image.fromarray(wide[:, left : left + 448]).save(path)
    return paths


def call(capsys, *words: object) -> list[dict[str, object]]:
    assert main([*map(str, words), "--long-side", "448", "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def refusal(capsys, *words: object) -> str:
    assert main([*map(str, words), "--long-side", "160", "--threads", "1"]) == 2
    return capsys.readouterr().err


def test_match_says_on_one_line_what_it_found_and_draws_it(frames, tmp_path, capsys) -> None:
    (line,) = call(capsys, "match", *frames, "--point", "224,120", "--out", tmp_path / "out")
    assert 0 <= line["same_place"] <= 1
    assert line["inliers"] >= 0.5 * line["matches"] > 20
    assert line["points"][0]["b"] == pytest.approx([192, 120], abs=12)
    assert [Path(path).name for path in line["pictures"]] == ["a-b-matches.png", "a-b-points.png"]
    assert all(Image.open(path).height == 540 for path in line["pictures"])


def test_match_compares_a_box_of_each_picture_in_pixels_of_the_crops(frames, tmp_path, capsys) -> None:
    boxes = ("0.2,0.125,0.9,0.875", "0.1286,0.125,0.8286,0.875")
    (line,) = call(
        capsys, "match", *frames, "--boxes", *boxes, "--point", "160,96", "--out", tmp_path / "out"
    )
    assert line["same_place"] > 0.5
    assert line["points"][0]["b"] == pytest.approx([160, 96], abs=16)
    assert refusal(capsys, "match", *frames, "--boxes", boxes[0], "0.5,0,0.5,1").startswith(
        "A box is x0,y0,x1,y1"
    )


def test_match_in_few_numbers_finds_the_same_movement(frames, capsys) -> None:
    (line,) = call(capsys, "match", *frames, "--pca", "24", "--movement", "affine")
    assert line["movement"][0][2] == pytest.approx(-32, abs=8)


def test_match_refuses_with_a_sentence(frames, tmp_path, capsys) -> None:
    black, tiny, cut = tmp_path / "black.png", tmp_path / "tiny.png", tmp_path / "cut.png"
    Image.new("RGB", (160, 90)).save(black)
    Image.new("RGB", (1, 1), (255, 255, 255)).save(tiny)
    cut.write_bytes(frames[0].read_bytes()[:200])
    assert "black all over" in refusal(capsys, "match", frames[0], black)
    assert "too small" in refusal(capsys, "match", frames[0], tiny)
    assert "cannot be read" in refusal(capsys, "match", cut, frames[0])
    assert "does not exist" in refusal(capsys, "match", frames[0], tmp_path / "gone.jpg")
    assert "Name two pictures" in refusal(capsys, "match", frames[0])
    assert "no weights named" in refusal(capsys, "match", *frames, "--backbone", "nothing")
    assert "gives no layer 5" in refusal(capsys, "match", *frames, "--layers", "5")
    assert "not in the first picture" in refusal(capsys, "match", *frames, "--point", "9999,1")
    assert "numbers per patch" in refusal(capsys, "match", *frames, "--pca", "9999")
    assert "is not a file of pairs" in refusal(capsys, "match", "--calibrate", tmp_path)


def test_calibration_writes_coefficients_that_match_reads(frames, tmp_path, capsys) -> None:
    Image.fromarray(np.random.default_rng(8).integers(0, 255, (256, 448, 3), dtype=np.uint8)).save(
        tmp_path / "c.png"
    )
    pairs = [("a", "b", True), ("a", "a", True), ("a", "c", False), ("b", "c", False)] * 2
    lines = [json.dumps({"a": f"{a}.png", "b": f"{b}.png", "same": same}) for a, b, same in pairs]
    (tmp_path / "pairs.jsonl").write_text("\n".join(lines))
    mine = tmp_path / "mine.json"
    (figures,) = call(capsys, "match", "--calibrate", tmp_path / "pairs.jsonl", "--coefficients", mine)
    assert figures["auc_fitted"] == 1
    (same,) = call(capsys, "match", *frames, "--coefficients", mine)
    (other,) = call(capsys, "match", frames[0], tmp_path / "c.png", "--coefficients", mine)
    assert same["same_place"] > 0.5 > other["same_place"]


def test_segment_writes_four_pictures_of_each_frame(frames, tmp_path, capsys) -> None:
    out = tmp_path / "out"
    lines = call(
        capsys,
        "segment",
        *frames,
        "--box",
        "100,40,400,210",
        "--minus",
        "40,20",
        "--threshold",
        "0.1",
        "--out",
        out,
    )
    assert [line["path"] for line in lines] == [str(frame) for frame in frames]
    assert sorted(path.name for path in out.iterdir()) == sorted(
        f"{stem}{kind}.png" for stem in "ab" for kind in PICTURES
    )
    mask = read_mask(out / "a.mask.png", 448, 256)
    assert mask[32:224, 96:416].mean() > 0.7
    assert mask[:, :64].mean() < 0.1


def test_segment_starts_from_a_mask_and_refines_it(frames, tmp_path, capsys) -> None:
    mask = np.zeros((256, 448), dtype=bool)
    mask[64:190, 120:380] = True
    write_mask(tmp_path / "mask.png", mask)
    (line,) = call(
        capsys,
        "segment",
        frames[0],
        "--mask",
        tmp_path / "mask.png",
        "--refine",
        "colours",
        "--smooth",
        "1",
        "--out",
        tmp_path,
    )
    assert 0.2 < line["share"] < 0.8


def test_segment_refuses_with_a_sentence(frames, tmp_path, capsys) -> None:
    photo, black, flat = frames[0], tmp_path / "black.png", tmp_path / "flat.png"
    Image.new("RGB", (160, 90)).save(black)
    Image.new("RGBA", (20, 20)).save(flat)
    assert "Point at least once" in refusal(capsys, "segment", black, "--plus", "80,45")
    assert "Point at least once" in refusal(capsys, "segment", photo)
    assert "is not in the picture" in refusal(capsys, "segment", photo, "--plus", "9999,45")
    assert "is 20 x 20 pixels" in refusal(capsys, "segment", photo, "--mask", flat)
    assert "has no alpha channel" in refusal(capsys, "segment", photo, "--mask", photo)
    assert "--threshold" in refusal(capsys, "segment", photo, "--threshold", "2")
    assert "--smooth" in refusal(capsys, "segment", photo, "--smooth", "-1")
    assert "one name" in refusal(capsys, "segment", photo, photo, "--plus", "9,9")


@pytest.mark.parametrize("words", [["match", "a", "b", "--point", "1"], ["segment", "a", "--box", "1,2,x,4"]])
def test_numbers_that_are_none_are_refused(words, capsys) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert "numbers with commas" in capsys.readouterr().err
