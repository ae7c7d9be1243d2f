"""A head on a backbone that is not ours, and the command that measures what less precision costs."""

import json

import numpy as np
import pytest
from PIL import Image

from ml import weights
from ml.backbone import load_backbone
from ml.backbones import store
from ml.cli import main
from ml.head import save_head
from ml.scorer import Scorer, load_scorer
from ml.types import WeightsError
from tests.ml import hub


@pytest.fixture
def mine(tmp_path, monkeypatch) -> str:
    """A published graph with patches of 14 pixels, and a head that listens to its layers 1 and 3."""
    monkeypatch.setenv("FESTIVITY_MODELS", str(tmp_path / "models"))
    weights.find.cache_clear()
    store.add(hub.published_graph(tmp_path / "published"), "mine")
    backbone = load_backbone("mine@1,3")
    card = {
        "backbone": backbone.name,
        "backbone_sha256": backbone.sha256,
        "class_limits": {"some": 0.1},
        "house_limits": {"some": 0.1},
    }
    weight = np.random.default_rng(0).standard_normal(64).astype(np.float32) / 8
    save_head("mine-head", tmp_path / "models", weight, -1.0, card)
    yield "mine"
    weights.find.cache_clear()


def photo(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 255, (90, 160, 3)).astype(np.uint8)


def test_a_head_scores_on_the_layers_that_its_card_names(mine):
    scorer = load_scorer(mine, threads=1)
    (scored,) = scorer.score([photo(0)])
    assert scored.festivity_map.shape == (32, 57)
    assert 0 < scored.festivity < 1
    assert (scorer.card.backbone, scorer.card.patch) == ("mine@1,3", 14)


def test_a_backbone_without_a_head_says_how_to_get_one(mine, tmp_path):
    store.add(tmp_path / "published", "other")
    with pytest.raises(WeightsError, match="has no head yet; train one"):
        load_scorer("other")


def test_a_reduced_precision_is_another_scorer(mine):
    single = load_scorer(mine)
    reduced = Scorer(load_backbone("mine@1,3", precision="int8"), single.head)
    assert reduced.hash != single.hash


def test_compare_measures_tokens_and_scores(mine, tmp_path, capsys):
    for seed in range(3):
        Image.fromarray(photo(seed)).save(tmp_path / f"{seed}.png")
    pictures = [str(tmp_path / f"{seed}.png") for seed in range(3)]
    assert (
        main(
            ["backbones", "compare", "mine@1,3", *pictures, "--precision", "int8", "--threads", "1", "--json"]
        )
        == 0
    )
    loss = json.loads(capsys.readouterr().out)
    assert (loss["engine"], loss["pictures"]) == ("onnx-cpu int8", 3)
    assert 0 < loss["token_difference_mean"] < loss["token_difference_largest"] < 0.2
    assert 0 < loss["score_difference_largest"] < 0.05
    assert -1 <= loss["score_spearman"] <= 1


def test_fp32_against_itself_costs_nothing(mine, tmp_path, capsys):
    Image.fromarray(photo(1)).save(tmp_path / "1.png")
    assert (
        main(["backbones", "compare", "mine", str(tmp_path / "1.png"), "--precision", "fp32", "--json"]) == 0
    )
    assert json.loads(capsys.readouterr().out)["token_difference_largest"] == 0


def test_the_list_names_what_is_shipped_published_and_added(mine, tmp_path, capsys):
    (tmp_path / "models" / "report.json").write_text("{}")
    assert main(["backbones", "list", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["embedded"]["state"] == "shipped"
    assert (rows["dinov2-base"]["width"], rows["dinov3-large"]["state"]) == (768, "gated")
    assert (rows["mine"]["state"], rows["mine"]["patch"]) == ("added", 14)


def test_wrong_files_end_in_one_sentence_and_exit_code_2(mine, tmp_path, capsys):
    (tmp_path / "broken.onnx").write_bytes(b"no graph")
    (tmp_path / "nothing").mkdir()
    for arguments, words in (
        (["add", str(tmp_path / "broken.onnx")], "cut short"),
        (["compare", "mine", str(tmp_path / "nothing")], "no pictures"),
        (["compare", "unknown", str(tmp_path / "broken.onnx")], "no weights named"),
        (["export", "mine"], "ONNX graph already"),
        (["verify", "unknown"], "no weights named"),
    ):
        assert main(["backbones", *arguments]) == 2
        assert words in capsys.readouterr().err
