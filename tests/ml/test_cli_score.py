import json

import numpy as np
import pytest
from PIL import Image

from ml.cli import main


@pytest.fixture
def photos(tmp_path):
    """A folder with two readable pictures and two that are not."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("a.jpg", "b.png"):
        Image.fromarray(np.full((90, 160, 3), 8, dtype=np.uint8)).save(folder / name)
    (folder / "cut.jpg").write_bytes((folder / "a.jpg").read_bytes()[:300])
    (folder / "empty.jpg").write_bytes(b"")
    return folder


def lines_of(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_bad_files_are_named_and_the_rest_goes_on(photos, capsys):
    assert main(["score", str(photos), "--json"]) == 1
    lines = {line["path"].rsplit("/", 1)[1]: line for line in lines_of(capsys)}
    assert list(lines) == ["a.jpg", "b.png", "cut.jpg", "empty.jpg"]
    assert all("cannot be read" in lines[name]["error"] for name in ("cut.jpg", "empty.jpg"))
    assert all(0 <= lines[name]["festivity"] <= 1 for name in ("a.jpg", "b.png"))


def test_good_files_alone_exit_with_0(photos, capsys):
    (photos / "a.mask.png").write_bytes((photos / "b.png").read_bytes())
    for bad in ("cut.jpg", "empty.jpg"):
        (photos / bad).unlink()
    assert main(["score", str(photos)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_missing_file_is_a_line_too(photos, capsys):
    assert main(["score", str(photos / "a.jpg"), str(photos / "gone.jpg"), "--json"]) == 1
    assert "does not exist" in lines_of(capsys)[1]["error"]


def test_maps_are_8_bit_png_on_the_patch_grid(photos, tmp_path, capsys):
    main(["score", str(photos / "a.jpg"), "--maps", str(tmp_path / "maps"), "--json"])
    with Image.open(tmp_path / "maps" / "a.png") as festivity_map:
        assert (festivity_map.mode, festivity_map.size) == ("L", (50, 28))
        values = np.asarray(festivity_map) / 255
    assert values.mean() == pytest.approx(lines_of(capsys)[0]["festivity"], abs=0.002)


def test_pictures_of_one_name_keep_their_own_maps(photos, tmp_path, capsys):
    (photos / "other").mkdir()
    Image.new("RGB", (90, 160)).save(photos / "other" / "a.jpg")
    main(["score", str(photos / "a.jpg"), str(photos / "other"), "--maps", str(tmp_path), "--json"])
    sizes = [Image.open(line["map"]).size for line in lines_of(capsys)]
    assert sizes == [(50, 28), (28, 50)]


def test_an_empty_folder_says_so(tmp_path, capsys):
    assert main(["score", str(tmp_path)]) == 2
    assert "no pictures" in capsys.readouterr().err


def test_an_unknown_scorer_is_one_sentence(photos, capsys):
    assert main(["score", str(photos), "--scorer", "nothing"]) == 2
    assert "no weights named" in capsys.readouterr().err


def test_a_run_in_which_nothing_can_be_read_exits_with_2(photos, capsys):
    assert main(["score", str(photos / "cut.jpg"), str(photos / "gone.jpg")]) == 2
    assert len(capsys.readouterr().out.splitlines()) == 2


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (33, 7)])
def test_the_smallest_and_the_blackest_pictures_have_a_score(size, tmp_path, capsys):
    Image.new("RGB", size).save(tmp_path / "black.png")
    assert main(["score", str(tmp_path), "--json", "--threads", "1"]) == 0
    assert lines_of(capsys)[0]["festivity"] < 0.2


def test_a_limit_counts_pictures_that_have_a_score(photos, capsys):
    assert main(["score", str(photos), "--limit", "1", "--json"]) == 0
    assert [line["path"].rsplit("/", 1)[1] for line in lines_of(capsys)] == ["a.jpg"]


def test_a_folder_of_scores_has_everything_and_is_taken_up_again(photos, tmp_path, capsys):
    out = tmp_path / "out"
    command = ["score", str(photos), "--out", str(out), "--json", "--threads", "1"]
    assert main([*command, "--limit", "1"]) == 0
    assert main(command) == 1
    printed = capsys.readouterr()
    assert "2 pictures scored, 1 of them in this run" in printed.err
    for name in (
        "scores.csv",
        "scores.jsonl",
        "maps/a.png",
        "maps/b.png",
        "overlays/a.jpg",
        "overlays/b.jpg",
    ):
        assert (out / name).is_file(), name
    with Image.open(out / "sheet-1.png") as sheet:
        assert sheet.size == (4 * 406 + 6, 255 + 6)
    found = json.loads((out / "statistics.json").read_text())
    assert found["classes"] == {"none": 2, "some": 0, "many": 0, "most": 0}
    assert found["refused"] == {"cannot be read as a picture; it may be damaged.": 2}


def test_a_folder_that_is_a_file_is_refused(photos, tmp_path, capsys):
    assert main(["score", str(photos), "--out", str(photos / "a.jpg")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_limit_below_0_is_refused(photos, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["score", str(photos), "--limit", "-1"])
    assert stopped.value.code == 2
    assert "is not a whole number" in capsys.readouterr().err
