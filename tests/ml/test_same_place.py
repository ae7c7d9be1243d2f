from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from ml.labels import find_photos
from ml.labels.same_place import SAME_PLACE, SamePlaceError, load_same_place

FIELDS = {"a", "b", "box_a", "box_b", "same", "kind", "apart_m", "apart_s", "group", "half"}
ROW = {
    "a": "0" * 64, "b": "1" * 64, "box_a": [0, 0, 1, 1], "box_b": [0.2, 0.3, 0.4, 0.5], "same": True,
    "kind": "seconds", "apart_m": None, "apart_s": 3, "group": 1, "half": "tune",
}  # fmt: skip


def written(folder: Path, rows: object) -> Path:
    path = folder / "pairs.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def test_there_are_enough_pairs_of_every_kind_in_both_halves() -> None:
    pairs = load_same_place()
    kinds = Counter((pair.half, pair.kind) for pair in pairs)
    assert len(pairs) >= 150
    assert all(kinds[half, "seconds"] >= 40 and kinds[half, "far"] >= 8 for half in ("tune", "report"))
    assert all(kinds[half, "other_camera"] >= 12 for half in ("tune", "report"))


def test_at_least_60_pairs_show_different_houses_within_60_m() -> None:
    near = [pair for pair in load_same_place() if pair.kind == "neighbour" and (pair.apart_m or 0) <= 60]
    known = [pair for pair in near if pair.apart_m is not None]
    assert len(known) >= 60
    assert all(pair.apart_s <= 10 for pair in near if pair.apart_m is None)


def test_no_street_and_no_photo_is_in_both_halves() -> None:
    tune, report = ([pair for pair in load_same_place() if pair.half == half] for half in ("tune", "report"))
    assert {pair.group for pair in tune}.isdisjoint({pair.group for pair in report})
    photos = [{view.sha256 for pair in half for view in (pair.first, pair.second)} for half in (tune, report)]
    assert photos[0].isdisjoint(photos[1])


def test_no_pair_is_there_twice_and_none_compares_a_view_with_itself() -> None:
    pairs = load_same_place()
    assert len({frozenset((pair.first, pair.second)) for pair in pairs}) == len(pairs)
    assert all(pair.first != pair.second for pair in pairs)


def test_the_pairs_hold_no_names_and_no_places() -> None:
    for row in json.loads(SAME_PLACE.read_text(encoding="utf-8")):
        assert set(row) == FIELDS
        assert all(re.fullmatch(r"[0-9a-f]{64}", row[side]) for side in ("a", "b"))
        assert type(row["group"]) is int
        assert type(row["apart_s"]) is int
        assert row["apart_m"] is None or row["apart_m"] % 5 == 0


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "guess"}, {"same": False}, {"same": "yes"}, {"half": "both"}, {"box_a": [0.5, 0, 0.5, 1]},
        {"box_b": [0, 0, 1]}, {"box_a": [0, 0, 1.2, 1]}, {"apart_s": "soon"}, {"group": None},
    ],
)  # fmt: skip
def test_a_pair_that_cannot_be_is_refused_with_its_number(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(SamePlaceError, match=r"Pair 2 of pairs\.json"):
        load_same_place(written(tmp_path, [ROW, ROW | change]))


def test_a_file_that_is_no_list_of_pairs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SamePlaceError, match="should hold a list"):
        load_same_place(written(tmp_path, {"a": 1}))
    with pytest.raises(SamePlaceError, match="does not exist"):
        load_same_place(tmp_path / "none.json")
    (tmp_path / "torn.json").write_text('[{"a":')
    with pytest.raises(SamePlaceError, match="should hold a list"):
        load_same_place(tmp_path / "torn.json")


def test_every_labelled_pair_lies_in_the_real_data() -> None:
    folder = os.environ.get("FESTIVITY_REAL_DATA")
    if not folder:
        pytest.skip(
            "The photos are not part of the project; set FESTIVITY_REAL_DATA to the folder that holds them."
        )
    photos = find_photos([folder])
    assert all(view.sha256 in photos for pair in load_same_place() for view in (pair.first, pair.second))
