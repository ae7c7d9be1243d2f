"""OpenVINO on the CPU: fp32, and bf16 and fp16 where the processor has them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml.backbones.engines import Source
from ml.backbones.extras import EngineError, imported
from ml.backbones.graphs import described
from ml.types import Floats, WeightsError

HINTS = {"fp32": "f32", "bf16": "bf16", "fp16": "f16", "int8": "f32"}


class OpenVinoEngine:
    """Runs an ONNX graph; int8 stands in the graph itself."""

    def __init__(self, source: Source, threads: int | None, precision: str) -> None:
        openvino = imported("openvino", "The engine openvino")
        core = openvino.Core()
        self.name = f"openvino {precision}"
        settings: dict[str, object] = {"INFERENCE_PRECISION_HINT": HINTS[precision]}
        if threads:
            settings["INFERENCE_NUM_THREADS"] = threads
        try:
            model = core.read_model(source.graph or str(source.path))
        except RuntimeError as error:
            raise WeightsError(f"{source.path} is not an ONNX graph that OpenVINO can read.") from error
        try:
            self._compiled = core.compile_model(model, "CPU", settings)
        except RuntimeError as error:
            raise EngineError(f"OpenVINO cannot run {source.name!r} in {precision}: {error}") from error

        shape = [one.get_length() if one.is_static else None for one in model.inputs[0].partial_shape]
        takes, gives = ([port.any_name for port in ports] for ports in (model.inputs, model.outputs))
        self.graph = described(takes, shape, gives, source.name)

    def run(self, outputs: Sequence[str], images: Floats) -> list[Floats]:
        found = self._compiled({0: images})
        return [np.asarray(found[name], dtype=np.float32) for name in outputs]
