"""Backbones: pictures in, CLS vectors and patch grids out."""

from __future__ import annotations

import os
from typing import Protocol

from ml import weights
from ml.backbones.loaded import LoadedBackbone
from ml.backbones.onnx_engine import open_session
from ml.backbones.registry import KNOWN
from ml.types import Features, Floats, WeightsError

__all__ = [
    "Backbone",
    "LoadedBackbone",
    "load_backbone",
    "open_session",
    "precision_of",
    "split_name",
]

PRECISION_VARIABLE = "FESTIVITY_PRECISION"


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


def load_backbone(
    name: str = "embedded",
    threads: int | None = None,
    engine: str | None = None,
    precision: str | None = None,
) -> LoadedBackbone:
    """The backbone `name`: shipped, fetched, added, or `folder/name`.

    `name@6,12` hands heads the tokens of these layers side by side. `threads` None leaves the number to the engine. `engine`
    is one of `ml.backbones.engines`, or FESTIVITY_ENGINE, or the best that is present; `precision` is fp32, bf16, fp16 or
    int8, or FESTIVITY_PRECISION, or fp32. Raises WeightsError and EngineError.
    """
    plain, features = split_name(name)
    if plain in KNOWN and weights.card_of(plain) is None:
        raise WeightsError(
            f"The backbone {plain!r} is known but not here yet; run: python -m ml backbones fetch {plain}"
        )
    found = weights.find(plain)
    if "patch" not in found.card:
        raise WeightsError(f"{plain!r} is no backbone.")
    chosen = precision or os.environ.get(PRECISION_VARIABLE) or "fp32"
    return LoadedBackbone(found, threads, engine, chosen, features)


def split_name(name: str) -> tuple[str, tuple[int, ...]]:
    """`dinov2-small@6,12` -> `dinov2-small` and its layers 6 and 12; none where none are named."""
    plain, _, layers = name.partition("@")
    try:
        return plain, tuple(int(layer) for layer in layers.split(",") if layers)
    except ValueError as error:
        raise WeightsError(f"The layers of {name!r} are not whole numbers, as in name@6,12.") from error


def precision_of(backbone: Backbone) -> str:
    """What its precision adds to a name: nothing for fp32 and for backbones that know no other, else a space and its name."""
    precision = getattr(backbone, "precision", "fp32")
    return "" if precision == "fp32" else f" {precision}"
