"""torch: on the CPU and with CUDA, in fp32 or under autocast."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml.backbones.engines import Kind, Source
from ml.backbones.extras import EngineError, imported
from ml.backbones.graphs import Graph
from ml.types import Floats, WeightsError


class TorchEngine:
    """Runs a hub checkpoint: outputs `cls` and `layer_1` to `layer_N`."""

    def __init__(self, kind: Kind, source: Source, threads: int | None, precision: str) -> None:
        if precision == "int8":
            raise EngineError(
                f"torch does not run int8 here. Export {source.name!r} to ONNX first: python -m ml backbones export {source.name}"
            )
        if source.config is None:
            raise WeightsError(f"{source.path.name} has no config.json beside it.")
        self._torch = imported("torch", f"The backbone {source.name!r}")
        from ml.backbones.network.loading import load_network

        self.name = f"{kind.name} {precision}"
        self._device = self._torch.device("cuda" if kind.name == "torch-cuda" else "cpu")
        self._type = {"bf16": self._torch.bfloat16, "fp16": self._torch.float16}.get(precision)
        self._network = load_network(source.path, source.config).to(self._device)
        layers = (f"layer_{number}" for number in range(1, self._network.config.depth + 1))
        self.graph = Graph("images", ("cls", *layers), None)
        if threads and self._device.type == "cpu":
            self._torch.set_num_threads(threads)

    def run(self, outputs: Sequence[str], images: Floats) -> list[Floats]:
        torch = self._torch
        with (
            torch.inference_mode(),
            torch.autocast(self._device.type, dtype=self._type, enabled=self._type is not None),
        ):
            cls, *layers = self._network(torch.from_numpy(np.ascontiguousarray(images)).to(self._device))
        given = dict(zip(self.graph.gives, (cls, *layers), strict=True))
        return [given[name].float().cpu().numpy() for name in outputs]
