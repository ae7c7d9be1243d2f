"""ONNX Runtime: on the CPU, with CUDA, with TensorRT."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ml.backbones.engines import Kind, Source
from ml.backbones.extras import EngineError, imported
from ml.backbones.graphs import described
from ml.types import Floats, WeightsError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

PROVIDERS = ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"]
log = logging.getLogger(__name__)


class OnnxEngine:
    """Runs an ONNX graph. What is reduced, int8 or fp16, stands in the graph itself (see `ml.backbones.precision`)."""

    def __init__(self, kind: Kind, source: Source, threads: int | None, precision: str) -> None:
        if precision == "bf16":
            raise EngineError(
                "ONNX Runtime has no bf16 here; take openvino, a torch engine, or fp16 or int8."
            )
        self._session = open_session(source.graph or source.path, threads, kind.provider)
        used = kind.name if kind.provider in self._session.get_providers() else "onnx-cpu"
        if used != kind.name:
            log.warning(
                "%s could not be started, its libraries may be missing; running on the CPU.", kind.name
            )
        self.name = f"{used} {precision}"
        inputs = self._session.get_inputs()
        takes, gives = [one.name for one in inputs], [one.name for one in self._session.get_outputs()]
        self.graph = described(takes, inputs[0].shape if inputs else (), gives, source.name)

    def run(self, outputs: Sequence[str], images: Floats) -> list[Floats]:
        found = self._session.run(list(outputs), {self.graph.takes: images})
        return [np.asarray(one, dtype=np.float32) for one in found]


def open_session(
    graph: Path | bytes, threads: int | None, provider: str = "CPUExecutionProvider"
) -> InferenceSession:
    """A session; without memory patterns, so that the many sizes of pictures and crops share one arena.

    Measured with a dozen sizes: 380 MB, against 540 MB with patterns; without the arena runs take half as long again.
    Raises WeightsError where the file is no graph, or one cut short.
    """
    onnxruntime = imported("onnxruntime", "Running an ONNX graph")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or 0
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    providers = PROVIDERS[PROVIDERS.index(provider) :]
    opened = graph if isinstance(graph, bytes) else str(graph)
    refusals = refused_graphs()
    try:
        return onnxruntime.InferenceSession(opened, options, providers=providers)
    except refusals as error:
        shown = "The graph" if isinstance(graph, bytes) else str(graph)
        raise WeightsError(f"{shown} is not an ONNX graph that can be read; it may be cut short.") from error


def refused_graphs() -> tuple[type[Exception], ...]:
    """What ONNX Runtime raises of a file that is no graph; a lack of memory is none of them."""
    state = imported("onnxruntime.capi.onnxruntime_pybind11_state", "Running an ONNX graph")
    names = (
        "InvalidProtobuf",
        "InvalidGraph",
        "InvalidArgument",
        "NoModel",
        "NoSuchFile",
        "Fail",
        "NotImplemented",
    )
    return tuple(getattr(state, name) for name in names)
