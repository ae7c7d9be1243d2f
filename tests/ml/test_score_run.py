"""A folder of scores: what stays, what is scored again, and what an interrupted run leaves."""

from __future__ import annotations

import contextlib
import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.baselines import HandMade
from ml.head import Head
from ml.score_run import FolderRun, Pictures, score_lines
from ml.scorer import Scorer
from ml.tools import contact_sheet, histogram
from ml.tools.overlay import overlaid
from ml.tools.score_folder import ScoreFolder, ScoreFolderError
from ml.tools.statistics import statistics


def red_scorer(limit: float = 0.01) -> Scorer:
    """A scorer that calls red patches festive."""
    weight = np.zeros(HandMade.dimension, dtype=np.float32)
    weight[0] = 30
    limits = {"some": limit, "many": 0.1, "most": 0.3}
    return Scorer(HandMade(), Head("red", f"red{limit}", weight, -10.0, HandMade.sha256, limits, limits))


def lamps(path: Path, count: int) -> Path:
    """A dark picture with so many red squares."""
    image = np.zeros((96, 160, 3), dtype=np.uint8)
    for lamp in range(count):
        image[24:56, 8 + lamp * 30 : 32 + lamp * 30] = (255, 30, 20)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path)
    return path


@pytest.fixture
def photos(tmp_path):
    return [lamps(tmp_path / "photos" / f"{count}.png", count) for count in range(4)]


def run(out: Path, photos: list[Path], scorer: Scorer | None = None, **options) -> FolderRun:
    scorer = scorer or red_scorer()
    force, limit = options.pop("force", False), options.pop("limit", None)
    with ScoreFolder(out, scorer.hash, force) as folder:
        made = FolderRun(scorer, folder, Pictures(**options))
        list(made.lines(photos, limit))
        made.finish()
    return made


def rows(out: Path) -> list[dict[str, str]]:
    with (out / "scores.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_what_lies_in_the_folder_is_not_scored_again(photos, tmp_path):
    assert run(tmp_path / "out", photos).scored_now == 4
    assert run(tmp_path / "out", photos).scored_now == 0
    assert run(tmp_path / "out", photos, force=True).scored_now == 4
    assert len(rows(tmp_path / "out")) == 4


def test_a_limit_scores_so_many_more_each_time(photos, tmp_path):
    assert run(tmp_path / "out", photos, limit=3).scored_now == 3
    assert run(tmp_path / "out", photos, limit=3).scored_now == 1


def test_a_changed_picture_and_a_lost_map_are_made_anew(photos, tmp_path):
    run(tmp_path / "out", photos)
    lamps(photos[0], 5)
    (tmp_path / "out" / "maps" / "1.png").unlink()
    assert run(tmp_path / "out", photos).scored_now == 2
    assert sorted(path.name for path in (tmp_path / "out" / "maps").iterdir()) == [
        f"{count}.png" for count in range(4)
    ]


def test_pictures_of_one_name_keep_their_own_files(photos, tmp_path):
    other = lamps(tmp_path / "other" / "1.png", 4)
    run(tmp_path / "out", photos[:2])
    run(tmp_path / "out", [other])
    assert {row["map"] for row in rows(tmp_path / "out")} == {"maps/0.png", "maps/1.png", "maps/1-2.png"}


def test_scores_of_another_scorer_are_refused_unless_forced(photos, tmp_path):
    run(tmp_path / "out", photos)
    with pytest.raises(ScoreFolderError, match="another scorer"):
        run(tmp_path / "out", photos, red_scorer(0.02))
    assert run(tmp_path / "out", photos, red_scorer(0.02), force=True).scored_now == 4


def test_an_interrupted_run_leaves_a_table_and_goes_on(photos, tmp_path):
    scorer = red_scorer()
    with contextlib.suppress(KeyboardInterrupt), ScoreFolder(tmp_path / "out", scorer.hash) as folder:
        for number, _ in enumerate(FolderRun(scorer, folder, Pictures()).lines(photos, 2)):
            assert len(rows(tmp_path / "out")) == number + 1
            if number == 1:
                raise KeyboardInterrupt
    assert [Path(row["path"]).name for row in rows(tmp_path / "out")] == ["0.png", "1.png"]
    assert run(tmp_path / "out", photos).scored_now == 2


def test_a_half_written_line_is_passed_over(photos, tmp_path):
    run(tmp_path / "out", photos)
    journal = tmp_path / "out" / "scores.jsonl"
    journal.write_text(journal.read_text()[:-60])
    assert run(tmp_path / "out", photos).scored_now == 1


def test_a_refused_picture_is_a_row_with_its_reason_and_tried_again(photos, tmp_path):
    photos[2].write_bytes(b"no picture")
    assert run(tmp_path / "out", photos).refused == ["cannot be read as a picture; it may be damaged."]
    assert [row["festivity"] == "" for row in rows(tmp_path / "out")] == [False, False, True, False]
    lamps(photos[2], 2)
    assert run(tmp_path / "out", photos).scored_now == 1
    assert not any(row["error"] for row in rows(tmp_path / "out"))


def test_sheets_begin_with_the_most_festive(photos, tmp_path):
    run(tmp_path / "out", photos, on_sheet=4)
    with Image.open(tmp_path / "out" / "sheet-1.png") as sheet:
        colours = np.asarray(sheet)
    first, last = colours[:230, :406], colours[261:491, 812:1218]
    assert ((first[..., 0] > 200) & (first[..., 2] < 60)).mean() > 0.05
    assert not (last[:, :400, 0] > 240).any()


def test_a_sheet_of_a_picture_that_has_gone_keeps_its_place(photos, tmp_path):
    run(tmp_path / "out", photos[:1])
    photos[0].unlink()
    run(tmp_path / "out", photos[1:])
    assert (tmp_path / "out" / "sheet-1.png").is_file()


def test_overlays_are_of_the_kind_that_was_asked_for(photos, tmp_path):
    run(tmp_path / "out", photos[:1], overlays="png")
    assert (tmp_path / "out" / "overlays" / "0.png").is_file()
    run(tmp_path / "none", photos[:1], overlays="none")
    assert not (tmp_path / "none" / "overlays").exists()


def test_without_matplotlib_the_histogram_is_text_alone(photos, tmp_path, monkeypatch, capsys):
    for module in ("matplotlib", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, module, None)
    run(tmp_path / "out", photos[:1])
    assert "install matplotlib" in capsys.readouterr().err
    assert (tmp_path / "out" / "histogram.txt").is_file()
    assert not (tmp_path / "out" / "histogram.png").exists()


def test_with_matplotlib_it_is_a_picture_too(tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is an extra.")
    assert histogram.draw(tmp_path / "h.png", [1.0, 50.0, 100.0], {"some": 20.0})
    with Image.open(tmp_path / "h.png") as picture:
        assert picture.width > 500


def test_a_histogram_counts_every_picture_once():
    found = histogram.counts([0.0, 4.9, 5.0, 99.9, 100.0])
    assert found.sum() == 5
    assert (found[0], found[1], found[-1]) == (2, 1, 2)
    lines = histogram.as_text([0.0, 4.9, 5.0, 99.9, 100.0]).splitlines()
    assert len(lines) == 20
    assert lines[0].count("█") == 2 * lines[1].count("█") == 40


def test_statistics_say_quartiles_classes_speed_and_reasons():
    found = statistics([0.0, 0.1, 0.2, 0.3, 0.4], ["none", *["most"] * 4], ["broken", "broken"], 4, 2.0)
    assert found.festivity is not None
    assert (found.festivity.lower_quartile, found.festivity.median) == (
        pytest.approx(0.1),
        pytest.approx(0.2),
    )
    assert found.frames_per_s == 2
    assert "none 1, some 0, many 0, most 4" in found.in_words()
    assert "2 × broken" in found.in_words()


def test_statistics_of_nothing_are_numbers_that_json_knows():
    found = json.loads(json.dumps(statistics([], []).as_json()))
    assert found["count"] == 0
    assert found["festivity"] is None
    assert found["frames_per_s"] is None


def test_an_overlay_is_grey_where_nothing_is_festive_and_red_where_all_is():
    image = np.full((40, 80, 3), (10, 200, 30), dtype=np.uint8)
    found = overlaid(image, np.array([[0.0, 1.0]], dtype=np.float32))
    assert found.shape == image.shape
    left, right = found[20, 10].astype(int), found[20, 70].astype(int)
    assert left.max() == left.min()
    assert right[0] > right[1] + 60


def test_a_tile_keeps_the_shape_of_its_picture():
    tall = contact_sheet.tile(np.full((300, 100, 3), 255, dtype=np.uint8))
    assert tall.shape == (225, 400, 3)
    assert (tall.min(axis=2) == 255).any(axis=0).sum() == 75


def test_more_pictures_than_a_batch_come_in_their_order(tmp_path):
    paths = [lamps(tmp_path / f"{number:02}.png", number % 3) for number in range(11)]
    assert [line["path"] for line in score_lines(red_scorer(), paths)] == [str(path) for path in paths]
