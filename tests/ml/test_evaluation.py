from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.baselines import HandMade
from ml.cli import main
from ml.evaluation import KeptMaps, RealData, Row, Sources, as_table, plain_folders, report, unseen_renderings
from ml.evaluation.drive import agreement, compared_with_truth, told_apart
from ml.evaluation.figures import Figure, share
from ml.evaluation.patches import clear_average_precision, half_covered_iou, judged
from ml.evaluation.report import mask_rows
from ml.evaluation.systems import System, learnt, name_of, rival
from ml.head import Head
from ml.labels import LabelledFrame
from ml.pictures import evenly
from ml.reference_set import ReferenceSet, RenderedReference
from ml.scorer import Scorer
from ml.tools import rle
from ml.train import Plan
from ml.truth import TruePicture, rendered_pictures
from ml.weights import sha256_of

RED_MEAN = 0
SMALL_PLAN = Plan(
    strengths=(0.01,),
    reference=ReferenceSet((), (RenderedReference(1, 0, 0.0), RenderedReference(1, 1, 0.2))),
)


def lamps(count: int, seed: int = 0, side: int = 24) -> np.ndarray:
    """A dark picture (120, 200, 3) with so many red squares in a row."""
    image = np.random.default_rng(seed).integers(0, 10, (120, 200, 3)).astype(np.uint8)
    for lamp in range(count):
        row, column = divmod(lamp, 6)
        image[20 + row * 30 : 20 + row * 30 + side, 10 + column * 30 : 10 + column * 30 + side] = (
            255,
            30,
            20,
        )
    return image


def save(folder: Path, name: str, image: np.ndarray) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(folder / name)
    return folder / name


def with_masks(folder: Path, count: int, seed: int) -> list[TruePicture]:
    """Pictures of red squares and masks of them, as a rendered folder."""
    for number in range(count):
        image = lamps(2 * number + 2, seed + number)
        save(folder / "photos", f"{number}.png", image)
        save(folder / "masks", f"{number}.png", (image[:, :, 0] > 100).astype(np.uint8) * 255)
    return rendered_pictures(folder)


def red_scorer(limit: float = 0.01) -> Scorer:
    """A scorer that calls red patches festive."""
    weight = np.zeros(HandMade.dimension, dtype=np.float32)
    weight[RED_MEAN] = 30
    limits = {"some": limit, "many": 0.1, "most": 0.3}
    return Scorer(HandMade(), Head("red", f"red{limit}", weight, -10.0, HandMade.sha256, limits, limits))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> RealData:
    """A little folder of real data: a drive whose reference counts lamps, dark towns, decorated houses."""
    folder = tmp_path_factory.mktemp("real")
    drive = folder / "mira_mesa_drive"
    for number in range(8):
        save(drive / "photos", f"{number:02}.png", lamps(number, number))
    rows = [f"{number:02}.png,{0.005 * number}" for number in range(8)]
    (drive / "reference.csv").write_text("\n".join(["image,peer_max", *rows]))
    for number, town in enumerate(("udacity_amos_night", "udacity_amos_night", "other")):
        save(folder / "night_negatives" / town, f"{number}.png", lamps(0, 100 + number))
    save(folder / "decorated_houses", "house.png", lamps(9, 200))
    return RealData(folder, plain_folders(folder))


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> list[TruePicture]:
    folder = tmp_path_factory.mktemp("taught")
    return with_masks(folder / "one", 4, 300) + with_masks(folder / "two", 4, 400)


@pytest.fixture(scope="module")
def rows(real: RealData, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Row]:
    work = tmp_path_factory.mktemp("work")
    rendered = with_masks(work / "unseen", 3, 500)
    without_lessons = Sources(RealData(real.folder), rendered)
    return {(row.on, row.figure): row for row in report(red_scorer(), without_lessons, False, work)}


def value(rows: dict[tuple[str, str], Row], on: str, figure: str) -> float:
    return rows[on, figure].found["scorer"].value


def test_a_scorer_that_sees_lamps_agrees_with_a_reference_that_counts_them(rows):
    assert value(rows, "drive", "spearman") > 0.95
    assert value(rows, "drive", "auc_lit") > 0.95
    assert value(rows, "drive", "top50") == 8


def test_dark_towns_are_none_and_decorated_houses_are_not(rows):
    assert value(rows, "night negatives", "none_share") == 1
    assert value(rows, "decorated houses", "above_none_share") == 1


def test_red_squares_are_found_where_their_masks_are(rows):
    assert value(rows, "rendered, unseen", "average_precision") > 0.95
    assert value(rows, "rendered, unseen", "iou") > 0.6


def test_every_figure_stands_inside_its_interval_and_beside_its_goal(rows):
    for row in rows.values():
        found = row.found["scorer"]
        assert found.low - 1e-9 <= found.value <= found.high + 1e-9, row
    assert rows["drive", "spearman"].goal == 0.90
    assert rows["speed", "network_frames_per_s"].goal == 8


def test_pictures_that_a_head_learnt_from_are_told_apart(real):
    towns = real.below("night_negatives")
    assert [town.parent.name == "other" for town in towns] == real.unseen(towns).tolist()


def test_a_reversed_ranking_disagrees():
    reference = np.linspace(0, 0.1, 80)
    found = agreement(-reference, reference)
    assert found["spearman"].value == pytest.approx(-1)
    assert found["auc_lit"].value == 0
    assert found["top50"].value == 20


def test_a_better_ranking_has_a_better_interval():
    chance = np.random.default_rng(0)
    reference = np.sort(chance.random(300))
    good, bad = (agreement(reference + chance.normal(0, noise, 300), reference) for noise in (0.05, 1.0))
    assert good["spearman"].low > bad["spearman"].high


def test_maps_are_scored_once_and_kept(tmp_path, capsys):
    photos = [save(tmp_path, f"{number}.png", lamps(number)) for number in range(3)]
    first = KeptMaps(red_scorer(), tmp_path / "work").festivities(photos, "photos")
    assert "3 of 3 pictures" in capsys.readouterr().err
    assert np.array_equal(KeptMaps(red_scorer(), tmp_path / "work").festivities(photos, "photos"), first)
    assert capsys.readouterr().err == ""
    KeptMaps(red_scorer(limit=0.02), tmp_path / "work").festivities(photos, "photos")
    assert "3 of 3 pictures" in capsys.readouterr().err


def test_a_changed_picture_is_scored_anew(tmp_path):
    photo = save(tmp_path, "one.png", lamps(0))
    maps = KeptMaps(red_scorer(), tmp_path / "work")
    (dark,) = maps.festivities([photo], "photos")
    save(tmp_path, "one.png", lamps(9))
    (lit,) = maps.festivities([photo], "photos")
    assert lit > dark + 0.05


def test_the_whole_picture_festive_is_all_found_or_all_missed(tmp_path):
    picture = with_masks(tmp_path, 1, 0)[0]
    nothing = judged([picture], [np.zeros((24, 40), dtype=np.float32)])
    assert half_covered_iou(nothing).value == 0
    assert 0 < clear_average_precision(nothing).value < 0.5


def test_hand_made_statistics_learn_what_is_festive_from_masks(taught, tmp_path):
    system = rival("hand-made", HandMade(), taught, tmp_path, SMALL_PLAN)
    photos = [save(tmp_path, f"{number}.png", lamps(number, 900)) for number in (0, 8)]
    dark, lit = system.maps.festivities(photos, "photos")
    assert dark < 0.05 < lit


def test_a_lesson_is_learnt_once_and_kept(taught, tmp_path, capsys):
    first = learnt(HandMade(), taught, tmp_path, SMALL_PLAN)
    capsys.readouterr()
    again = learnt(HandMade(), taught, tmp_path, SMALL_PLAN)
    assert capsys.readouterr().err == ""
    assert np.array_equal(first.line.weight, again.line.weight)
    assert first.limits == again.limits
    for one, other in zip(first.left_out, again.left_out, strict=True):
        assert one.picture == other.picture
        assert np.array_equal(one.chance, other.chance)


def test_drawn_masks_are_judged_by_heads_that_did_not_see_their_group(taught, tmp_path):
    drawn = []
    for number, picture in enumerate(taught):
        mask = picture.mask()
        label = LabelledFrame(str(number), 200, 120, tuple(rle.encode(mask)), number % 3, "eye")
        drawn.append(TruePicture(picture.path, f"real/{number % 3}", "real", label=label))
    lesson = learnt(HandMade(), drawn, tmp_path, SMALL_PLAN)
    (precision, _) = mask_rows([System("scorer", KeptMaps(red_scorer(), tmp_path), lesson)])
    assert precision.on == "own masks, group left out"
    assert precision.found["scorer"].value > 0.9
    assert precision.found["scorer"].count == 8


def test_an_untrained_network_stands_behind_the_interface_of_a_backbone():
    torch = pytest.importorskip("torch", reason="torch is an extra: the untrained network is left out.")
    from ml.evaluation.systems import Untrained
    from ml.network import NetworkShape, random_backbone

    shape = NetworkShape(width=24, depth=2, heads=2, stem=4, context_layers=1, tapped_layer=1)
    backbone = Untrained(random_backbone(0, shape))
    images = np.random.default_rng(0).normal(size=(1, 3, 32, 48)).astype(np.float32)
    features = backbone.encode(images)
    assert features.patches.shape[:3] == (1, 2, 3)
    assert features.cls.shape == (1, backbone.dimension)
    with torch.inference_mode():
        expected = random_backbone(0, shape)(torch.from_numpy(images))[1].numpy()
    assert np.array_equal(features.patches, expected)
    assert backbone.sha256 == Untrained(random_backbone(0, shape)).sha256
    assert backbone.sha256 != Untrained(random_backbone(1, shape)).sha256


def test_unseen_renderings_are_drawn_once(tmp_path, capsys):
    (first,) = unseen_renderings(tmp_path, seeds=(5,), count=1)
    assert "rendering pictures of seed 5" in capsys.readouterr().err
    assert first.mask().shape == (450, 800)
    assert unseen_renderings(tmp_path, seeds=(5,), count=1) == [first]
    assert capsys.readouterr().err == ""


def test_evenly_takes_the_first_and_the_last():
    assert evenly(range(100), 4) == [0, 33, 66, 99]
    assert evenly([7, 8], 40) == [7, 8]
    assert evenly([], 3) == []


def test_a_figure_that_is_no_number_is_null_in_json():
    assert share([]).as_json() == {"value": None, "low": None, "high": None, "count": 0}
    assert json.loads(json.dumps(Figure(0.5, 0.25, 0.75, 4).as_json()))["low"] == 0.25


def test_the_table_has_a_column_for_each_system_that_says_something():
    figure = Figure(0.91234, 0.9, 0.92, 739)
    table = as_table([Row("drive", "spearman", 0.9, {"scorer": figure, "edge count": figure})])
    head, _, line = table.splitlines()
    assert head.split() == ["on", "figure", "pictures", "goal", "scorer", "edge", "count"]
    assert "≥ 0.9" in line
    assert line.count("0.912 (0.900–0.920)") == 2


def test_the_command_ends_in_one_line_of_json(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("FESTIVITY_REAL_DATA", raising=False)
    with_masks(tmp_path / "unseen", 1, 0)
    assert main(["evaluate", "--rendered", str(tmp_path / "unseen"), "--threads", "1"]) == 0
    printed = capsys.readouterr()
    (line,) = printed.out.splitlines()
    figures = {(row["on"], row["figure"]): row["scorer"] for row in json.loads(line)["figures"]}
    assert {"value", "low", "high", "count"} == set(figures["rendered, unseen", "iou"])
    assert figures["speed", "network_frames_per_s"]["value"] > 0
    assert "FESTIVITY_REAL_DATA is not set" in printed.err
    assert "rendered, unseen" in printed.err


def test_the_sheet_holds_pictures_in_order_and_maps(tmp_path, capsys):
    photos = tmp_path / "photos"
    for number in range(3):
        save(photos, f"{number}.png", lamps(4 * number))
    out = tmp_path / "out"
    assert main(["sheet", str(out), "--photos", str(photos), "--maps", "2", "--threads", "1"]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [str(out / "sheet-1.png"), str(out / "maps.png")]
    assert "do not publish" in printed.err
    with Image.open(out / "sheet-1.png") as page:
        assert page.size == (5 * 406 + 6, 255 + 6)


def test_what_the_real_data_lacks_is_left_out(tmp_path):
    sources = Sources(RealData(tmp_path), with_masks(tmp_path / "unseen", 1, 0))
    found = report(red_scorer(), sources, False, tmp_path / "work")
    assert {row.on for row in found} == {"rendered, unseen", "speed"}


def test_a_lesson_is_learnt_anew_with_another_reference_set(taught, tmp_path):
    other = replace(SMALL_PLAN, reference=ReferenceSet((), (RenderedReference(1, 0, 0.5),)))
    assert name_of(HandMade(), taught, SMALL_PLAN) != name_of(HandMade(), taught, other)


@pytest.mark.parametrize("folder", ["--rendered", "--real", "--plain", "--taught"])
def test_a_folder_that_does_not_exist_is_named(folder, tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["evaluate", folder, str(tmp_path / "typo")])
    assert "typo does not exist" in capsys.readouterr().err


def test_real_data_that_is_no_folder_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FESTIVITY_REAL_DATA", str(tmp_path / "typo"))
    assert main(["evaluate"]) == 2
    assert "typo is no folder" in capsys.readouterr().err


def test_a_sheet_of_nothing_is_refused(tmp_path, capsys):
    assert main(["sheet", str(tmp_path / "out"), "--photos", str(tmp_path)]) == 2
    assert "no pictures" in capsys.readouterr().err


def test_chosen_frames_are_found_by_their_bytes_and_kind(tmp_path):
    photos = [save(tmp_path / "photos", f"{number}.png", lamps(number)) for number in range(3)]
    kinds = ("inflatable", "string", "inflatable")
    rows = [{"sha256": sha256_of(photo), "kind": kind} for photo, kind in zip(photos, kinds, strict=True)]
    listing = tmp_path / "list.json"
    listing.write_text(json.dumps([*rows, {"sha256": "0" * 64, "kind": "inflatable"}]))
    assert RealData(tmp_path).chosen(listing) == photos
    assert RealData(tmp_path).chosen(listing, ["inflatable"]) == [photos[0], photos[2]]


def test_frames_told_apart_by_eye_and_ranked_by_their_true_share():
    assert told_apart([0.1, 0.2], [0.3, 0.4]).value == 1
    assert told_apart([0.1, 0.4], [0.1, 0.4]).value == 0.5
    assert compared_with_truth([0.1, 0.2, 0.9], [0.0, 0.1, 0.2]).value == pytest.approx(1)
