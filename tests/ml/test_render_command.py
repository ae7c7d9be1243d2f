"""`python -m ml render` from its arguments to its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml.cli import main


def test_the_command_draws_as_many_photos_as_asked_for(tmp_path: Path) -> None:
    assert main(["render", str(tmp_path), "--houses", "4", "--frames", "3", "--jobs", "1", "--quiet"]) == 0
    assert len(list(tmp_path.glob("photos/phone_*_2025*.jpg"))) == 3
    truth = json.loads((tmp_path / "truth.json").read_text())
    assert truth["synthetic"] is True
    assert truth["seed"] == 7
    assert len(truth["houses"]) == 4


def test_two_evenings_show_the_same_houses_at_other_times(tmp_path: Path) -> None:
    wanted = ["--houses", "4", "--frames", "2", "--drives", "2", "--jobs", "1", "--quiet"]
    assert main(["render", str(tmp_path), *wanted]) == 0
    first, second = (json.loads((tmp_path / f"drive_{n}" / "truth.json").read_text()) for n in (1, 2))
    assert first["houses"] == second["houses"]
    times = [{frame["captured_at"] for frame in truth["frames"]} for truth in (first, second)]
    assert not times[0] & times[1]


def test_a_missing_streets_file_ends_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["render", str(tmp_path / "out"), "--streets", str(tmp_path / "none.geojson")]) == 2
    assert "none.geojson is not a GeoJSON file of street lines" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
