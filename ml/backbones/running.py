"""Weights that run: the graph in the precision asked for, the engine that fits, batches that the memory holds."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path

from ml.backbones.engines import BY_NAME, ONNX, PRECISIONS, Engine, Kind, Source, choose, open_engine
from ml.backbones.extras import EngineError
from ml.backbones.graphs import Graph, with_layers
from ml.backbones.memory import SparingEngine, free_device_bytes, free_host_bytes, is_lack_of_memory
from ml.backbones.precision import reduced
from ml.types import Floats
from ml.weights import Weights

log = logging.getLogger(__name__)


class Running:
    """A network that opens with its first run. `width` of its tokens tells how much memory a picture takes."""

    def __init__(
        self, weights: Weights, width: int, threads: int | None, engine: str | None, precision: str
    ) -> None:
        if precision not in PRECISIONS:
            raise EngineError(f"There is no precision {precision!r}; known are {', '.join(PRECISIONS)}.")
        self.precision = precision
        self._weights = weights
        self._width = width
        self._threads = threads
        self._wanted = engine

    @property
    def name(self) -> str:
        """What runs the network now, such as `onnx-cpu fp32`."""
        return self._plain.name

    @property
    def graph(self) -> Graph:
        return self._plain.engine.graph

    def run(self, outputs: Sequence[str], images: Floats, patch: int) -> list[Floats]:
        """The outputs; those that the graph computes but does not give are made outputs of it."""
        plain = all(output in self.graph.gives for output in outputs)
        return (self._plain if plain else self._with_layers).run(outputs, images, patch)

    @cached_property
    def _plain(self) -> SparingEngine:
        return self._opened(self._source)

    @cached_property
    def _with_layers(self) -> SparingEngine:
        source = self._source
        graph = with_layers(source.path, source.name)
        return self._opened(Source(source.name, source.format, source.path, graph))

    @cached_property
    def _source(self) -> Source:
        kept = self._weights
        config = Path(kept.card["config"]) if "config" in kept.card else None
        source = Source(kept.name, kept.card.get("format", ONNX), kept.path, None, config)
        own_half = choose(source, self._wanted).name == "openvino"
        if (
            source.format != ONNX
            or self.precision not in ("int8", "fp16")
            or (own_half and self.precision == "fp16")
        ):
            return source
        return Source(source.name, ONNX, reduced(kept, self.precision))

    def _opened(self, source: Source) -> SparingEngine:
        kind = choose(source, self._wanted)
        opened = partial(open_engine, source=source, threads=self._threads, precision=self.precision)
        engine, kind = started(kind, opened)
        spare = partial(opened, BY_NAME[kind.spare]) if kind.spare else None
        free_bytes = free_device_bytes if kind.spare else free_host_bytes
        return SparingEngine(engine, self._width, free_bytes, spare)


def started(kind: Kind, opened: Callable[[Kind], Engine]) -> tuple[Engine, Kind]:
    """The engine of this kind, or its spare where the memory of the device does not even hold the weights."""
    try:
        return opened(kind), kind
    except Exception as error:
        if not kind.spare or not is_lack_of_memory(error):
            raise
        log.warning("Not enough memory for the weights on the device of %s; going on on the CPU.", kind.name)
        return opened(BY_NAME[kind.spare]), BY_NAME[kind.spare]
