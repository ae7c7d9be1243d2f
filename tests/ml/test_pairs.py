"""Views of places, ways to compare them, and `python -m ml pairs`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.cli import main
from ml.evaluation.pairs import PairsError, area, judge, learnt, pair_rows, pairs_table
from ml.evaluation.views import SeenView, colour_histogram, pooled
from ml.labels.same_place import PlacePair, View
from ml.metrics import auc
from ml.scorer import load_scorer
from ml.tools.descriptors import Descriptors
from ml.tools.match.place import PlaceError, read_model
from ml.tools.match.same_house import SameHouse, fit_same_house, same_house_of, write_same_house
from ml.transforms import box_crop
from ml.vectors import of_length_one

PLACES = 6
BOX = (0.0, 0.0, 1.0, 1.0)


def seen_place(place: int, look: int) -> SeenView:
    """A made-up view: vectors of the place, a little different at each look."""
    own, noise = np.random.default_rng(place), np.random.default_rng([place, look])

    def vector(*shape: int) -> np.ndarray:
        return of_length_one((own.normal(size=shape) + 0.1 * noise.normal(size=shape)).astype(np.float32))

    cls = vector(16)
    return SeenView(vector(16), vector(16), vector(16), Descriptors(vector(6, 8, 16), cls, 128, 96))


def made_up() -> tuple[list[PlacePair], dict[View, SeenView]]:
    """Each place with another look at it, and with its neighbour, in both halves."""
    seen = {
        View(f"{place} {look}", BOX): seen_place(place, look)
        for place in range(2 * PLACES)
        for look in (0, 1)
    }
    pairs = []
    for half, start in (("tune", 0), ("report", PLACES)):
        for place in range(start, start + PLACES):
            first, next_one = View(f"{place} 0", BOX), View(f"{start + (place + 1) % PLACES} 0", BOX)
            pairs.append(PlacePair(first, View(f"{place} 1", BOX), True, "seconds", None, 2, place, half))
            pairs.append(PlacePair(first, next_one, False, "neighbour", 20, 5, place, half))
    return pairs, seen


def test_every_way_tells_places_apart_that_look_different() -> None:
    pairs, seen = made_up()
    scores = judge(pairs, seen, "made up").scores
    unseen = [pair.half == "report" for pair in pairs]
    same = np.array([pair.same for pair in pairs])[unseen]
    assert len(scores) == 7
    assert all(auc(same, scored[unseen]) == 1 for scored in scores.values())


def test_what_has_coefficients_learns_them_from_the_half_to_tune_with_alone() -> None:
    pairs, seen = made_up()
    told_wrong = [replace(pair, same=not pair.same) if pair.half == "report" else pair for pair in pairs]
    right, wrong = judge(pairs, seen, "made up"), judge(told_wrong, seen, "made up")
    assert right.model == wrong.model
    assert all(np.array_equal(right.scores[way], wrong.scores[way]) for way in right.scores)


def test_figures_without_pairs_of_a_kind_are_empty_and_goals_stand_at_the_unseen_half() -> None:
    pairs, _ = made_up()
    rows = pair_rows(pairs, {"cls of the crop": np.array([float(pair.same) for pair in pairs])})
    found = {row.on: row.found["auc"].value for row in rows}
    assert np.isnan(found["other camera"])
    assert found["seconds apart"] == 1
    assert [row.on for row in rows if row.goal] == ["unseen half"]
    head, _, line = pairs_table(rows).splitlines()
    assert "other camera (6)" in head
    assert line.split()[:5] == ["cls", "of", "the", "crop", "≥"]


def test_the_area_is_the_chance_to_put_a_pair_of_one_place_above_another() -> None:
    pairs, _ = made_up()
    scores = np.random.default_rng(5).integers(0, 4, len(pairs)).astype(np.float64)
    found = area(pairs, scores, np.ones(len(pairs), dtype=bool))
    assert found.value == pytest.approx(auc([pair.same for pair in pairs], scores))
    assert found.low < found.value < found.high


def test_a_half_with_one_answer_only_is_refused() -> None:
    pairs, seen = made_up()
    with pytest.raises(PairsError, match="Both halves"):
        judge([pair for pair in pairs if pair.half == "tune" or pair.same], seen, "made up")


def test_a_logistic_weighs_the_column_that_tells_more() -> None:
    chance = np.random.default_rng(3)
    same = np.arange(200) % 2 == 0
    columns = np.column_stack([same + 0.1 * chance.normal(size=200), chance.normal(size=200)])
    scores = learnt(columns, same, np.arange(200) < 100)
    assert abs(np.corrcoef(scores, columns[:, 0])[0, 1]) > 0.9


def test_colours_are_compared_without_the_night_around_them() -> None:
    lights = np.zeros((10, 40, 3), dtype=np.uint8)
    lights[:, 10:20] = (250, 30, 30)
    more_night = np.concatenate([lights, np.full((90, 40, 3), 12, dtype=np.uint8)])
    blue = lights[..., ::-1]
    assert colour_histogram(lights) @ colour_histogram(more_night) == pytest.approx(1)
    assert colour_histogram(lights) @ colour_histogram(blue) == 0
    assert not colour_histogram(more_night[20:]).any()


def test_pooled_patches_leave_out_those_that_show_nothing() -> None:
    grid = np.zeros((2, 3, 4), dtype=np.float32)
    assert not pooled(grid).any()
    grid[0, 1] = (0, 0, 1, 0)
    assert pooled(grid).tolist() == [0, 0, 1, 0]


def test_a_box_is_cut_as_it_is_and_never_empty() -> None:
    image = np.arange(20 * 40 * 3, dtype=np.uint16).reshape(20, 40, 3).astype(np.uint8)
    assert np.array_equal(box_crop(image, (0.25, 0.5, 0.75, 1)), image[10:20, 10:30])
    assert box_crop(image, (0.999, 0, 1, 0.001)).shape == (1, 1, 3)


def test_pairs_measures_and_writes_coefficients(tmp_path: Path, capsys) -> None:
    rows = written_pairs(tmp_path)
    (tmp_path / "pairs.json").write_text(json.dumps(rows))
    words = ["pairs", "--real", tmp_path, "--pairs", tmp_path / "pairs.json", "--threads", "1"]
    assert main([*map(str, words), "--coefficients", str(tmp_path / "place.json"), "--json"]) == 0
    line = json.loads(capsys.readouterr().out)
    assert line["pairs"] == len(rows)
    assert {"on", "figure", "goal", "auc"} == set(line["figures"][0])
    assert "4 pairs of the same house" in read_model(tmp_path / "place.json").fitted_on


def test_what_likeness_weighs_is_learned_with_the_even_chance_between_both_answers() -> None:
    likeness = np.concatenate([np.linspace(0.6, 1.0, 50), np.linspace(0.2, 0.8, 60)])
    learned = fit_same_house(likeness, np.arange(110) < 50, "0" * 12, "made up")
    assert 0.6 < learned.indifferent < 0.8
    assert learned.likeness_weight > 5


def test_likeness_that_speaks_for_no_house_is_refused() -> None:
    with pytest.raises(PlaceError, match="tells no houses apart"):
        fit_same_house([0.1, 0.2, 0.8, 0.9], [True, True, False, False], "0" * 12, "made up")


def test_what_was_learned_with_another_backbone_weighs_nothing(tmp_path: Path) -> None:
    write_same_house(SameHouse(9.0, 0.7, "abcdef012345", "made up"), tmp_path / "rule.json")
    assert same_house_of("abcdef0123456789", tmp_path / "rule.json") == {
        "likeness_weight": 9.0,
        "indifferent": 0.7,
    }
    assert same_house_of("1" * 64, tmp_path / "rule.json") == {"likeness_weight": 0.0}


def test_the_shipped_rule_is_the_embedded_backbone_s() -> None:
    assert load_scorer().card.same_house["likeness_weight"] > 5


def test_pairs_refuses_photos_that_show_nothing(tmp_path: Path, capsys) -> None:
    rows = written_pairs(tmp_path)[:4]
    Image.new("RGB", (240, 160)).save(tmp_path / "black.png")
    rows[0]["a"] = hashlib.sha256((tmp_path / "black.png").read_bytes()).hexdigest()
    (tmp_path / "pairs.json").write_text(json.dumps(rows))
    assert (
        main(["pairs", "--real", str(tmp_path), "--pairs", str(tmp_path / "pairs.json"), "--threads", "1"])
        == 2
    )
    assert "black all over" in capsys.readouterr().err


def written_pairs(folder: Path) -> list[dict[str, object]]:
    """Pictures of lit walls in `folder`, and pairs of them: a wall with itself darker, and with the next one."""
    hashes = []
    for number in range(8):
        wall = np.random.default_rng(number).integers(40, 255, (8, 12, 3)).astype(np.uint8)
        for name, share in (("bright", 1.0), ("dim", 0.8)):
            path = folder / f"{number}_{name}.png"
            Image.fromarray((wall.repeat(20, 0).repeat(20, 1) * share).astype(np.uint8)).save(path)
            hashes.append(hashlib.sha256(path.read_bytes()).hexdigest())
    rows: list[dict[str, object]] = []
    for number in range(8):
        shared = {
            "box_a": BOX,
            "box_b": (0.1, 0, 1, 1),
            "apart_s": 1,
            "group": number,
            "half": ("tune", "report")[number % 2],
        }
        first, dim, further = hashes[2 * number], hashes[2 * number + 1], hashes[(2 * number + 4) % 16]
        rows.append({"a": first, "b": dim, "same": True, "kind": "seconds", **shared})
        rows.append({"a": first, "b": further, "same": False, "kind": "neighbour", **shared})
    return rows


def test_pairs_refuses_with_a_sentence(tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FESTIVITY_REAL_DATA", raising=False)
    file, empty = tmp_path / "file.json", tmp_path / "empty.json"
    file.write_text("{}")
    empty.write_text("[]")
    for words, sentence in (
        ([], "Name the folder"),
        (["--real", file], "is no folder"),
        (["--real", tmp_path], "photos of the pairs are not in"),
        (["--real", tmp_path, "--pairs", file], "should hold a list"),
        (["--real", tmp_path, "--pairs", empty], "Both halves need"),
        (["--real", tmp_path, "--backbone", "nobody"], "nobody"),
    ):
        assert main(["pairs", *map(str, words)]) == 2
        assert sentence in capsys.readouterr().err
