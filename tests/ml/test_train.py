import json

import numpy as np
import pytest
from PIL import Image

from ml import logistic
from ml.backbone import load_backbone
from ml.cli import main
from ml.head import load_head
from ml.train import Candidate, Patches, clear_patches, folds
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
    groups = np.array(list("aabbbccddeeffg"))
    left = np.array(list(folds(groups)))
    assert (left.sum(axis=0) == 1).all()
    assert all(len(set(groups[fold]) & set(groups[~fold])) == 0 for fold in left)


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


def test_training_is_the_same_every_time_and_makes_a_head(streets, tmp_path):
    for out in ("one", "two"):
        assert main(["train", str(tmp_path / out), "--rendered", *streets, "--name", "h"]) == 0
    first, second = (load_head(f"{tmp_path}/{out}/h") for out in ("one", "two"))
    assert np.array_equal(first.weight, second.weight)
    assert first.backbone_sha256 == load_backbone().sha256
    report = json.loads((tmp_path / "one" / "report.json").read_text())
    assert report["learnt_from"]["rendered"]["pictures"] == 4


def test_one_group_alone_is_refused(streets, tmp_path, capsys):
    assert main(["train", str(tmp_path / "out"), "--rendered", streets[0]]) == 2
    assert "add another" in capsys.readouterr().err


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
        weight = Candidate(0.01, voices).fit(patches).weight * patches.features.std(axis=0)
        shares.append(weight[1] / weight[0])
    assert shares[1] > 1.5 * shares[0]
