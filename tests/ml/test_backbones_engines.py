"""Which engine runs, and what happens when memory runs out."""

import logging

import numpy as np
import pytest

from ml import weights
from ml.backbone import load_backbone
from ml.backbones.engines import BY_NAME, ENGINES, Source, choose
from ml.backbones.extras import EngineError, MissingLibrary, imported
from ml.backbones.memory import SparingEngine, is_lack_of_memory, pictures_at_once
from ml.backbones.running import started
from ml.types import WeightsError


def source(form: str) -> Source:
    return Source("mine", form, weights.find("embedded").path)


class Narrow:
    """Runs at most `most` pictures at once; raises `error` for more. Its output is each picture's mean."""

    def __init__(self, most: int, error: Exception) -> None:
        self.name = f"narrow {most}"
        self.most = most
        self.error = error
        self.batches: list[int] = []

    def run(self, outputs, images):
        if len(images) > self.most:
            raise self.error
        self.batches.append(len(images))
        return [images.mean(axis=(1, 2, 3)) for _ in outputs]


def errors() -> list[Exception]:
    """What the engines really raise when memory runs out."""
    state = pytest.importorskip("onnxruntime.capi.onnxruntime_pybind11_state")
    torch = pytest.importorskip("torch")
    return [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        state.RuntimeException("Failed to allocate memory for requested buffer of size 2147483648"),
        state.Fail("CUDA failure 2: out of memory ; GPU=0"),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
        MemoryError(),
    ]


PICTURES = np.arange(7, dtype=np.float32)[:, None, None, None] * np.ones((1, 3, 16, 16), dtype=np.float32)


@pytest.mark.parametrize("number", range(5))
def test_a_lack_of_memory_halves_the_batch_and_says_so(number, caplog):
    narrow = Narrow(2, errors()[number])
    engine = SparingEngine(narrow, 32, lambda: 1 << 40, None)
    with caplog.at_level(logging.WARNING):
        (means,) = engine.run(["mean"], PICTURES, 16)
    np.testing.assert_allclose(means, np.arange(7))
    assert narrow.batches == [1] * 7
    assert "going on with 3" in caplog.text


def test_a_device_too_small_for_one_picture_gives_way_to_the_cpu(caplog):
    spare = Narrow(64, MemoryError())
    engine = SparingEngine(Narrow(0, errors()[0]), 32, lambda: 1 << 40, lambda: spare)
    with caplog.at_level(logging.WARNING):
        (means,) = engine.run(["mean"], PICTURES, 16)
    np.testing.assert_allclose(means, np.arange(7))
    assert (engine.name, spare.batches) == ("narrow 64", [7])
    assert "going on on the CPU" in caplog.text


def test_a_device_too_small_for_the_weights_gives_way_to_the_cpu(caplog):
    def opened(kind):
        if kind.name == "torch-cuda":
            raise errors()[0]
        return Narrow(64, MemoryError())

    with caplog.at_level(logging.WARNING):
        engine, kind = started(BY_NAME["torch-cuda"], opened)
    assert (engine.name, kind.name) == ("narrow 64", "torch-cpu")
    assert "going on on the CPU" in caplog.text


def test_one_picture_that_fits_nowhere_ends_in_a_sentence():
    engine = SparingEngine(Narrow(0, MemoryError()), 32, lambda: 1 << 40, None)
    with pytest.raises(EngineError, match="not enough memory for one picture"):
        engine.run(["mean"], PICTURES, 16)


def test_other_errors_are_not_taken_for_a_lack_of_memory():
    assert not is_lack_of_memory(ValueError("shapes do not fit"))
    engine = SparingEngine(Narrow(0, ValueError("shapes")), 32, lambda: 1 << 40, None)
    with pytest.raises(ValueError, match="shapes"):
        engine.run(["mean"], PICTURES, 16)


def test_less_free_memory_means_fewer_pictures_at_once_but_never_none():
    counts = [pictures_at_once(free, 2500, 384) for free in (0, 1 << 30, 1 << 32, 1 << 40)]
    assert counts[0] == 1
    assert counts == sorted(counts)
    assert 1 < counts[2] < counts[3] == 64


def test_the_best_engine_present_is_chosen_and_can_be_overridden(monkeypatch):
    assert choose(source("onnx")).reads == "onnx"
    monkeypatch.setenv("FESTIVITY_ENGINE", "torch-cpu,onnx-cpu")
    assert choose(source("onnx")).name == "onnx-cpu"
    assert choose(source("onnx"), "auto").name in [kind.name for kind in ENGINES if kind.unasked]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("quantum", "There is no engine 'quantum'"),
        ("torch-cpu", "reads safetensors"),
        ("onnx-tensorrt", "not present"),
    ],
)
def test_an_engine_that_cannot_run_it_is_refused_with_the_reason(wanted, words):
    with pytest.raises(EngineError, match=words):
        choose(source("onnx"), wanted)


def test_precisions_that_an_engine_lacks_are_refused():
    with pytest.raises(EngineError, match="no precision 'int2'"):
        load_backbone(precision="int2")
    with pytest.raises(EngineError, match="no bf16"):
        load_backbone(precision="bf16", engine="onnx-cpu").encode(np.zeros((1, 3, 32, 32), dtype=np.float32))


def test_a_library_that_is_not_installed_is_named_with_the_way_to_install_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "openvino", None)
    with pytest.raises(MissingLibrary, match="needs openvino, which is not installed: pip install openvino"):
        imported("openvino", "The engine openvino")


def test_a_known_backbone_that_is_not_here_says_how_to_fetch_it(tmp_path, monkeypatch):
    monkeypatch.setenv("FESTIVITY_MODELS", str(tmp_path))
    with pytest.raises(WeightsError, match="backbones fetch dinov2-small"):
        load_backbone("dinov2-small")
