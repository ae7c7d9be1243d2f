"""What can run a network here, and which of them does.

Chosen by the argument, else by FESTIVITY_ENGINE, else the first one present in the order of `ENGINES`. Both may name
several, separated by commas, in order of preference. TensorRT builds an engine for each size of picture, which takes
minutes, and OpenVINO is an extra: these two run only where they are named.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ml.backbones.extras import EngineError, imported, installed
from ml.backbones.graphs import Graph
from ml.types import Floats

ONNX, SAFETENSORS = "onnx", "safetensors"
PRECISIONS = ("fp32", "bf16", "fp16", "int8")
VARIABLE = "FESTIVITY_ENGINE"


class Engine(Protocol):
    """A network that is ready to run."""

    name: str
    graph: Graph

    def run(self, outputs: Sequence[str], images: Floats) -> list[Floats]:
        """(B, 3, H, W) float32 -> the outputs asked for, float32, in that order."""


@dataclass(frozen=True)
class Kind:
    """One way of running a network. `spare`: the kind that goes on when the memory of the device does not suffice."""

    name: str
    reads: str
    library: str
    provider: str = ""
    unasked: bool = True
    spare: str | None = None


ENGINES = (
    Kind("onnx-cuda", ONNX, "onnxruntime", "CUDAExecutionProvider", spare="onnx-cpu"),
    Kind("onnx-tensorrt", ONNX, "onnxruntime", "TensorrtExecutionProvider", unasked=False, spare="onnx-cpu"),
    Kind("onnx-cpu", ONNX, "onnxruntime", "CPUExecutionProvider"),
    Kind("openvino", ONNX, "openvino", unasked=False),
    Kind("torch-cuda", SAFETENSORS, "torch", spare="torch-cpu"),
    Kind("torch-cpu", SAFETENSORS, "torch"),
)
BY_NAME = {kind.name: kind for kind in ENGINES}


@dataclass(frozen=True)
class Source:
    """What an engine opens. `graph`: an ONNX graph changed in memory, in place of the file. `config`: the config.json."""

    name: str
    format: str
    path: Path
    graph: bytes | None = None
    config: Path | None = None


def present(kind: Kind) -> bool:
    """Whether its library is installed and its device there."""
    if not installed(kind.library):
        return False
    if kind.provider:
        import onnxruntime

        return kind.provider in onnxruntime.get_available_providers()
    if kind.name == "torch-cuda":
        return bool(imported("torch", kind.name).cuda.is_available())
    return True


def choose(source: Source, wanted: str | None = None) -> Kind:
    """The engine for `source`. Raises EngineError where none of those wanted is present or fits, and says why."""
    asked = wanted or os.environ.get(VARIABLE) or "auto"
    if asked == "auto":
        return first_present(source)
    refusals = []
    for name in (part.strip() for part in asked.split(",")):
        if name == "auto":
            return first_present(source)
        if name not in BY_NAME:
            raise EngineError(f"There is no engine {name!r}; known are auto, {', '.join(BY_NAME)}.")
        kind = BY_NAME[name]
        if kind.reads != source.format:
            refusals.append(f"{name} reads {kind.reads} files, and {source.name} is {source.format}")
        elif not present(kind):
            refusals.append(f"{name} is not present on this machine")
        else:
            return kind
    raise EngineError(f"{'; '.join(refusals).capitalize()}. Leave the engine to `auto`, or name another one.")


def first_present(source: Source) -> Kind:
    fitting = [kind for kind in ENGINES if kind.reads == source.format and kind.unasked]
    for kind in fitting:
        if present(kind):
            return kind
    imported(fitting[-1].library, f"The backbone {source.name!r}")
    raise EngineError(f"Nothing on this machine runs {source.name!r}.")


def open_engine(kind: Kind, source: Source, threads: int | None, precision: str) -> Engine:
    """A ready engine. Raises EngineError where it does not have that precision, WeightsError where the file is no network."""
    if kind.library == "onnxruntime":
        from ml.backbones.onnx_engine import OnnxEngine

        return OnnxEngine(kind, source, threads, precision)
    if kind.library == "openvino":
        from ml.backbones.openvino_engine import OpenVinoEngine

        return OpenVinoEngine(source, threads, precision)
    from ml.backbones.torch_engine import TorchEngine

    return TorchEngine(kind, source, threads, precision)
