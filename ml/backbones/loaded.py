"""A backbone of any make behind the one interface."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from ml.backbones.graphs import SEQUENCE
from ml.backbones.running import Running
from ml.types import Features, Floats, PictureError, Tokens, WeightsError
from ml.vectors import of_length_one
from ml.weights import Weights


class LoadedBackbone:
    """CLS and patch grids of one set of weights.

    It gives `layers`, counted from 1. `encode` hands heads what the graph calls `patches`, or else the last layer; with
    `features`, the chosen layers side by side, each a voice of its own. The network opens with the first picture, not before.
    """

    def __init__(
        self,
        weights: Weights,
        threads: int | None = None,
        engine: str | None = None,
        precision: str = "fp32",
        features: Sequence[int] = (),
    ) -> None:
        card = weights.card
        self.patch = int(card["patch"])
        self.long_side = int(card["long_side"])
        self.dimension = int(card["dimension"])
        self.precision = precision
        self.layers = layers_of(card)
        self.name = weights.name
        self.features = self._numbers(features)
        self.name += f"@{','.join(map(str, self.features))}" if features else ""
        self.voices = voices_of(card, self.features)
        self.sha256 = hash_of(weights, self.features)
        self._running = Running(weights, self.dimension, threads, engine, precision)

    @property
    def engine(self) -> str:
        """What runs the network, such as `onnx-cpu fp32`; opens it."""
        return self._running.name

    def encode(self, images: Floats) -> Features:
        """(B, 3, H, W) -> CLS (B, D) and the patch features (B, h, w, D') that heads are trained on."""
        if not self.features and "patches" in self._running.graph.gives:
            cls, patches = self._run(["cls", "patches"], images)
            return Features(cls=cls, patches=patches)
        tokens = self.tokens(images, self.features or (-1,))
        return Features(cls=tokens.cls, patches=np.concatenate(tokens.layers, axis=-1))

    def tokens(self, images: Floats, layers: Sequence[int] = (-1,), unit: bool = False) -> Tokens:
        """(B, 3, H, W) -> tokens of the `layers`, counted from 1, or from the last, which is -1; `unit` makes each of length 1.

        Every layer has gone through the last norm (those of the embedded backbone through norms of their own, the earlier
        stages of a ConvNeXt through none). A dark patch that stopped at the stem of the embedded backbone has zeros. Raises
        WeightsError for a layer that there is not.
        """
        numbers = self._numbers(layers)
        if self._running.graph.is_sequence:
            found = self._from_sequence(images, numbers)
        else:
            found = self._run(["cls", *(f"layer_{number}" for number in numbers)], images)
        cls, *grids = [of_length_one(vectors) for vectors in found] if unit else found
        return Tokens(cls=cls, layers=tuple(grids))

    def _from_sequence(self, images: Floats, numbers: Sequence[int]) -> list[Floats]:
        """CLS and grids of a graph that gives sequences of tokens."""
        outputs = [SEQUENCE if number == self.layers[-1] else f"layer_{number}" for number in numbers]
        found = self._run([SEQUENCE, *outputs], images)
        rows, columns = images.shape[2] // self.patch, images.shape[3] // self.patch
        count = found[0].shape[1]
        prefix = count - rows * columns
        if prefix < 1:
            raise WeightsError(
                f"{self.name!r} gave {count} tokens for {rows}x{columns} patches: its card has the wrong patch size."
            )
        grids = [tokens[:, prefix:].reshape(len(images), rows, columns, -1) for tokens in found[1:]]
        return [found[0][:, 0], *grids]

    def _run(self, outputs: Sequence[str], images: Floats) -> list[Floats]:
        height, width = images.shape[2:]
        if not height or not width or height % self.patch or width % self.patch:
            raise PictureError(
                f"{self.name!r} takes whole patches of {self.patch} pixels, not {width}x{height} pixels."
            )
        fixed = self._running.graph.fixed
        if fixed and fixed != (height, width):
            raise PictureError(
                f"The graph of {self.name!r} takes {fixed[1]}x{fixed[0]} pixels only, not {width}x{height}."
            )
        return self._running.run(outputs, images, self.patch)

    def _numbers(self, layers: Sequence[int]) -> tuple[int, ...]:
        """The layers counted from 1."""
        given = dict(zip(range(-len(self.layers), 0), self.layers, strict=True))
        numbers = tuple(given.get(number, number) for number in layers)
        for number in numbers:
            if number not in self.layers:
                names = ", ".join(map(str, self.layers)) or "none"
                raise WeightsError(f"The backbone {self.name!r} gives no layer {number}; it gives {names}.")
        return numbers


def layers_of(card: dict[str, Any]) -> tuple[int, ...]:
    """The layers that can be asked for; where the card does not tell the depth there is the last one, called 1."""
    if "layers" in card:
        return tuple(int(number) for number in card["layers"])
    if "format" not in card:
        return ()
    return tuple(range(1, int(card.get("depth") or 1) + 1))


def voices_of(card: dict[str, Any], features: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Chosen layers are heard alike, each by itself; otherwise as the card says."""
    if not features:
        return tuple((first, last) for first, last in card.get("voices", ()))
    width = int(card["dimension"])
    return tuple((at * width, (at + 1) * width) for at in range(len(features)))


def hash_of(weights: Weights, features: Sequence[int]) -> str:
    """64 hex digits that change with the weights, their config.json and the layers chosen for heads."""
    config = weights.card.get("config_sha256", "")
    if not config and not features:
        return weights.sha256
    chosen = ",".join(map(str, features))
    return hashlib.sha256(f"{weights.sha256} {config} {chosen}".encode()).hexdigest()
