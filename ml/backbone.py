"""Backbones: pictures in, CLS vectors and patch grids out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ml import weights
from ml.types import Features, Floats, Tokens, WeightsError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


class Backbone(Protocol):
    """A vision transformer behind one call.

    `dimension` is D of the CLS vector. `voices` are the parts of the patch features, from the first to the last (excluded),
    that a head listens to with equal weight; where there are none, it takes all of them as one.
    """

    name: str
    sha256: str
    patch: int
    long_side: int
    dimension: int
    voices: tuple[tuple[int, int], ...]

    def encode(self, images: Floats) -> Features:
        """(B, 3, H, W) float32, H and W multiples of `patch` -> Features with a grid of H/patch x W/patch."""


class OnnxBackbone:
    """A graph with input `images` and outputs `cls` and `patches`, run by ONNX Runtime on the CPU.

    The session opens with the first picture, not before.
    """

    def __init__(self, source: weights.Weights, threads: int | None = None) -> None:
        self.name = source.name
        self.sha256 = source.sha256
        self.patch = int(source.card["patch"])
        self.long_side = int(source.card["long_side"])
        self.dimension = int(source.card["dimension"])
        self.voices = tuple((first, last) for first, last in source.card.get("voices", ()))
        self.layers = tuple(int(number) for number in source.card.get("layers", ()))
        self._path = source.path
        self._threads = threads

    @cached_property
    def _session(self) -> InferenceSession:
        return open_session(self._path, self._threads)

    def encode(self, images: Floats) -> Features:
        cls, patches = self._session.run(["cls", "patches"], {"images": images})
        return Features(cls=cls, patches=patches)

    def tokens(self, images: Floats, layers: Sequence[int] = (-1,), unit: bool = False) -> Tokens:
        """(B, 3, H, W) -> tokens of the `layers`, counted from 1, or from the last, which is -1; `unit` makes each of length 1.

        A dark patch that stopped at the stem has zeros. Raises WeightsError for a layer that the graph does not give.
        """
        outputs = [f"layer_{number}" for number in self._numbers(layers)]
        found = self._session.run(["cls", *outputs], {"images": images})
        cls, *grids = [of_length_one(tokens) for tokens in found] if unit else found
        return Tokens(cls=cls, layers=tuple(grids))

    def _numbers(self, layers: Sequence[int]) -> list[int]:
        """The layers counted from 1."""
        given = dict(zip(range(-len(self.layers), 0), self.layers, strict=True))
        numbers = [given.get(number, number) for number in layers]
        for number in numbers:
            if number not in self.layers:
                raise WeightsError(
                    f"The backbone {self.name!r} gives no layer {number}; it gives {', '.join(map(str, self.layers)) or 'none'}."
                )
        return numbers


def of_length_one(vectors: Floats) -> Floats:
    """Vectors (..., D), each divided by its length; zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def open_session(path: Path, threads: int | None) -> InferenceSession:
    """A CPU session; without memory patterns, so that the many sizes of pictures and crops share one arena.

    Measured with a dozen sizes: 380 MB, against 540 MB with patterns; without the arena runs take half as long again.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or 0
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def load_backbone(name: str = "embedded", threads: int | None = None) -> OnnxBackbone:
    """The backbone `name`; `threads` None leaves the number to ONNX Runtime. Raises WeightsError."""
    return OnnxBackbone(weights.find(name), threads)
