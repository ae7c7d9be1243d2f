import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import logistic
from ml.backbone import load_backbone
from ml.candidate import fit, folds, heard, left_out_lines, left_out_logits
from ml.cli import main
from ml.head import load_head
from ml.logistic import weightiest
from ml.patches import Patches, clear_patches
from ml.reference_set import ReferenceSet, load_reference_set, save_reference_set
from ml.tools import gimp
from ml.train import most_real
from ml.truth import coverage, festive_area


def test_newton_finds_the_line_of_known_chances():
    chance = np.random.default_rng(0)
    features = chance.normal(size=(20_000, 2)).astype(np.float32)
    truth = chance.random(20_000) < 1 / (1 + np.exp(-(2 * features[:, 0] - features[:, 1] - 1)))
    line = logistic.fit(features, truth, np.ones(20_000, dtype=np.float32), strength=100)
    assert [*line.weight, line.bias] == pytest.approx([2, -1, -1], abs=0.1)


def test_separable_classes_stay_finite():
    features = np.array([[-1.0], [1.0]], dtype=np.float32)
    line = logistic.fit(features, np.array([False, True]), np.ones(2, dtype=np.float32), strength=1)
    assert np.isfinite(line.weight).all()
    assert line.weight[0] > 0


def test_half_covered_patches_are_left_out():
    rows, _, festive = clear_patches(np.array([1, 0.995, 0.5, 0.02, 0.005, 0]), np.arange(6.0))
    assert sorted(rows) == [0, 1, 4, 5]
    assert festive.tolist() == [True, True, False, False]


def test_what_is_kept_weighs_as_much_as_all_of_it():
    share = np.concatenate([np.ones(200), np.zeros(700)])
    _, weights, festive = clear_patches(share, np.arange(900.0))
    assert weights[festive].sum() == pytest.approx(200)
    assert weights[~festive].sum() == pytest.approx(700)


def test_the_brightest_negatives_are_always_kept():
    brightness = np.zeros(880)
    brightness[400:410] = 255
    rows, _, _ = clear_patches(np.zeros(880), brightness)
    assert set(range(400, 410)) <= set(rows.tolist())


def test_groups_are_left_out_whole_and_once():
    dealt = folds(np.array(list("aabbbccddeeffg")), most=3)
    assert len(dealt) == 3
    assert sorted(name for names in dealt for name in names) == list("abcdefg")


def test_with_folds_enough_each_group_is_left_out_alone():
    assert [len(fold) for fold in folds(np.array(list("aabbbcc")))] == [1, 1, 1]


def test_a_group_is_judged_by_a_line_that_did_not_see_it():
    chance = np.random.default_rng(1)
    features = chance.normal(size=(300, 2)).astype(np.float32)
    groups = np.repeat(["a", "b", "c"], 100)
    festive = (features[:, 0] > 0) ^ (groups == "c")
    patches = Patches(features, festive, np.ones(300, dtype=np.float32), groups, groups)
    by = heard(patches, ((0, 2),))
    logits = left_out_logits(patches, left_out_lines(by, 1.0, fit(by, 1.0)))
    assert ((logits[200:] > 0) == festive[200:]).mean() < 0.1


def test_a_thin_string_of_lamps_covers_patches_with_its_margin():
    mask = np.zeros((352, 640), dtype=bool)
    mask[100:108, 50:500] = True
    assert coverage(mask, 22, 40).max() < 0.99
    assert coverage(festive_area(mask), 22, 40).max() >= 0.99


def test_the_margin_is_as_wide_on_every_side():
    mask = np.zeros((90, 160), dtype=bool)
    mask[40, 80] = True
    rows, columns = np.nonzero(festive_area(mask))
    assert (rows.min() + rows.max(), columns.min() + columns.max()) == (80, 160)


@pytest.fixture
def streets(tmp_path):
    """Two folders of two pictures with a festive square, and their masks."""
    folders = [tmp_path / name for name in ("first", "second")]
    for height, folder in enumerate(folders):
        for part in ("photos", "masks"):
            (folder / part).mkdir(parents=True)
        for number in range(2):
            mask = np.zeros((225, 400), dtype=np.uint8)
            mask[60 : 140 + 5 * height + number, 100:260] = 255
            Image.fromarray(mask).save(folder / "masks" / f"p{number}.png")
            Image.fromarray(np.dstack([mask, mask // 2, mask // 3])).save(
                folder / "photos" / f"p{number}.jpg"
            )
    return [str(folder) for folder in folders]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Options of a reference set of four rendered pictures, and of a folder that keeps them."""
    folder = tmp_path_factory.mktemp("work")
    rendered = load_reference_set().rendered
    spans = [(0, 0.003), (0.003, 0.05), (0.05, 0.1), (0.1, 1)]
    four = [next(one for one in rendered if low <= one.share < high) for low, high in spans]
    save_reference_set(folder / "four.json", ReferenceSet((), tuple(four)))
    return ["--reference", str(folder / "four.json"), "--work", str(folder), "--threads", "1"]


def test_training_twice_gives_the_same_bytes_and_a_head(streets, kept, tmp_path):
    for out in ("one", "two"):
        for features in Path(kept[3]).glob("features-*"):
            shutil.rmtree(features)
        assert main(["train", str(tmp_path / out), "--rendered", *streets, "--name", "h", *kept]) == 0
    for file in ("h.npz", "h.json", "report.json", "calibration.png", "precision_recall.png"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert load_head(f"{tmp_path}/one/h").backbone_sha256 == load_backbone().sha256


def test_the_report_tells_of_left_out_pictures_and_of_what_the_limits_rest_on(streets, kept, tmp_path):
    assert main(["train", str(tmp_path), "--rendered", *streets, "--name", "h", *kept]) == 0
    report = json.loads((tmp_path / "report.json").read_text())
    found = report["left_out"]["rendered"]
    low, high = found["average_precision_95"]
    assert low <= found["average_precision"] <= high
    assert found["festivity_true"] == pytest.approx(0.15, abs=0.05)
    assert 0 < found["festivity_found"] < 1
    assert (report["groups"], report["folds"], found["pictures"]) == (2, 2, 4)
    assert report["limits"]["pictures"] == {"real": 0, "rendered": 4}
    head = load_head(f"{tmp_path}/h")
    assert head.class_limits == report["limits"]["class_limits"]
    assert head.house_limits == report["limits"]["house_limits"]
    assert head.strength == report["C"]


def test_masks_of_gimp_are_learnt_from(streets, kept, tmp_path):
    photos = tmp_path / "own"
    shutil.copytree(Path(streets[1]) / "photos", photos)
    for photo in sorted(photos.iterdir()):
        mask = np.asarray(Image.open(Path(streets[1]) / "masks" / f"{photo.stem}.png")) > 0
        gimp.write_mask(photos / f"{photo.stem}.mask.png", mask)
    command = ["train", str(tmp_path / "out"), "--rendered", streets[0], "--masked", str(photos)]
    assert main([*command, "--name", "h", *kept]) == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["learnt_from"]["real"]["pictures"] == 2
    assert report["learnt_from"]["real"]["positive_patches"] > 0


def test_one_group_alone_is_refused(streets, kept, tmp_path, capsys):
    assert main(["train", str(tmp_path / "out"), "--rendered", streets[0], *kept]) == 2
    assert "add another" in capsys.readouterr().err


def test_pictures_without_anything_festive_are_refused(streets, kept, tmp_path, capsys):
    assert main(["train", str(tmp_path / "out"), "--plain", *streets, *kept]) == 2
    assert "show both" in capsys.readouterr().err


def test_every_voice_is_heard_where_a_joint_fit_would_follow_one():
    chance = np.random.default_rng(0)
    festive = np.arange(4000) % 2 == 0
    loud = (festive + chance.normal(0, 0.1, 4000))[:, None]
    quiet = (festive + chance.normal(0, 1, 4000))[:, None]
    columns = np.full(4000, "real"), np.full(4000, "a")
    patches = Patches(
        np.hstack([loud, quiet]).astype(np.float32), festive, np.ones(4000, dtype=np.float32), *columns
    )
    shares = []
    for voices in (((0, 2),), ((0, 1), (1, 2))):
        weight = fit(heard(patches, voices), 0.01).line.weight * patches.features.std(axis=0)
        shares.append(weight[1] / weight[0])
    assert shares[1] > 1.5 * shares[0]


def test_heads_are_compared_on_a_source_that_shows_something_festive():
    festive, sources = np.array([True, False, False]), np.array(["rendered", "rendered", "real"])
    patches = Patches(np.zeros((3, 1)), festive, np.ones(3), sources, sources)
    assert most_real(patches) == "rendered"
    assert most_real(Patches(np.zeros((3, 1)), ~festive, np.ones(3), sources, sources)) == "real"


def test_the_weightiest_rows_hold_the_share_that_is_asked_for():
    weights = np.array([1, 6, 0, 3], dtype=np.float32)
    assert weightiest(weights, 0.5).tolist() == [1]
    assert weightiest(weights, 0.9).tolist() == [1, 3]
    assert weightiest(weights, 1.0).tolist() == [0, 1, 3]
