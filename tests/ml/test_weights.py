import json

import numpy as np
import pytest

from ml import weights
from ml.head import load_head, save_head
from ml.types import WeightsError


def test_shipped_files_are_what_their_cards_say_and_small():
    for name in weights.known():
        assert weights.find(name).path.stat().st_size <= 25_000_000


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(WeightsError, match="embedded"):
        weights.find("nothing")


def test_an_altered_file_is_refused(tmp_path):
    (tmp_path / "w.onnx").write_bytes(b"first")
    weights.write_card("w", tmp_path / "w.onnx", {"kind": "backbone"})
    (tmp_path / "w.onnx").write_bytes(b"second")
    weights.find.cache_clear()
    with pytest.raises(WeightsError, match="is not the file"):
        weights.find(f"{tmp_path}/w")


def test_a_card_taken_over_from_another_file_gets_the_hash_of_its_own(tmp_path):
    (tmp_path / "w.onnx").write_bytes(b"first")
    (tmp_path / "v.onnx").write_bytes(b"second")
    first = weights.write_card("w", tmp_path / "w.onnx", {"kind": "backbone"})
    second = weights.write_card("v", tmp_path / "v.onnx", first.card)
    assert (second.path.name, second.card["kind"]) == ("v.onnx", "backbone")
    assert second.sha256 != first.sha256


def test_a_missing_file_is_refused(tmp_path):
    (tmp_path / "w.json").write_text(json.dumps({"file": "w.onnx", "sha256": "0"}))
    with pytest.raises(WeightsError, match="missing"):
        weights.find(f"{tmp_path}/w")


def test_a_head_comes_back_as_it_was_saved(tmp_path):
    limits = {"some": 0.01}
    card = {"backbone_sha256": "b" * 64, "class_limits": limits, "house_limits": limits}
    save_head("h", tmp_path, np.array([1, -2], dtype=np.float32), 0.5, card)
    head = load_head(f"{tmp_path}/h")
    assert head.probabilities(np.array([[0, 0], [2, 1]], dtype=np.float32)) == pytest.approx(
        [0.62246, 0.62246], abs=1e-4
    )


def test_a_file_without_a_head_is_refused(tmp_path):
    np.savez(tmp_path / "h.npz", other=np.zeros(3))
    weights.write_card("h", tmp_path / "h.npz", {})
    with pytest.raises(WeightsError, match="holds no head"):
        load_head(f"{tmp_path}/h")
