"""The linear head: patch features in, probability of festive light out. Stored as `.npz` with a JSON card."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ml import weights
from ml.types import Floats, WeightsError


@dataclass(frozen=True)
class Head:
    """Logistic regression: `weight` (D',), `bias`.

    `class_limits`, of a frame's festivity, and `house_limits`, of the festivity in its regions, are fixed with the head.
    `strength`: the C of its training, where that is known.
    `backbone` is the name of the backbone that it was trained on, with the layers where some were chosen.
    """

    name: str
    sha256: str
    weight: Floats
    bias: float
    backbone_sha256: str
    class_limits: dict[str, float]
    house_limits: dict[str, float]
    strength: float | None = None
    backbone: str = ""

    def probabilities(self, patches: Floats) -> Floats:
        """(..., D') -> (...) float32 in [0, 1]."""
        return sigmoid(patches @ self.weight + np.float32(self.bias))


def sigmoid(logits: Floats) -> Floats:
    """1 / (1 + exp(-x)), without overflow."""
    return (0.5 * (np.tanh(0.5 * logits) + 1)).astype(np.float32)


def logit(chances: Floats) -> Floats:
    """log(p / (1 - p)) of chances in [0, 1], at most 16 from zero."""
    inside = np.clip(chances.astype(np.float64), 1e-7, 1 - 1e-7)
    return (np.log(inside) - np.log1p(-inside)).astype(np.float32)


def load_head(name: str = "embedded-head") -> Head:
    """Raises WeightsError where the file is missing, altered or holds no head."""
    source = weights.find(name)
    return head_of(source.path.read_bytes(), name, source.card)


def head_of(content: bytes, name: str, card: dict[str, Any]) -> Head:
    """The head of an .npz file's content and its card. Raises WeightsError where they are none."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            weight, bias = arrays["weight"].astype(np.float32), float(arrays["bias"])
        return Head(
            name=name,
            sha256=hashlib.sha256(content).hexdigest(),
            weight=weight,
            bias=bias,
            backbone_sha256=card["backbone_sha256"],
            class_limits=card["class_limits"],
            house_limits=card["house_limits"],
            strength=card.get("report", {}).get("C"),
            backbone=card.get("backbone", ""),
        )
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, zlib.error) as error:
        raise WeightsError(f"{name} holds no head: weight, bias or a word of its card is missing.") from error


def head_content(weight: Floats, bias: float) -> bytes:
    """An .npz file of weight (D',) and bias; the same numbers give the same bytes."""
    stream = io.BytesIO()
    np.savez(stream, weight=weight.astype(np.float32), bias=np.float32(bias))
    return stream.getvalue()


def save_head(name: str, folder: Path, weight: Floats, bias: float, card: dict[str, Any]) -> weights.Weights:
    """Write `name`.npz and its card; the card must hold `backbone_sha256`, `class_limits` and `house_limits`."""
    path = folder / f"{name}.npz"
    path.write_bytes(head_content(weight, bias))
    return weights.write_card(name, path, card)
