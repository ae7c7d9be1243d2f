"""Depth from a network: any ONNX graph in the layout of Depth Anything, and what its numbers are in metres.

The graph takes one picture (1, 3, H, W) float32, normalised with the ImageNet mean and deviation, and gives (1, H', W') or
(1, 1, H', W'). What it gives is one of three kinds:

- `inverse`: relative inverse depth, larger is nearer, 0 is infinitely far (Depth Anything V1 and V2). One known distance
  makes metres of it.
- `relative`: relative depth, larger is farther (Depth Anything V3). One known distance makes metres of it.
- `metric`: depth along the optical axis in metres.

A JSON card of the graph's name beside it may say `kind`, `long_side` and `patch`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ml import transforms
from ml.backbone import open_session
from ml.tools.depth.camera import DepthError
from ml.tools.grids import Doubles
from ml.types import Box, Floats, Image

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

KINDS = ("inverse", "relative", "metric")
LONG_SIDE_PX, PATCH_PX = 518, 14
MIDDLE: Box = (1 / 3, 1 / 3, 2 / 3, 2 / 3)


class NothingSeen(DepthError):
    """A depth model of relative depth gives no depth at the one place whose distance is known."""


@dataclass(frozen=True)
class DepthCard:
    """What a depth graph gives, and the size of picture that it wants where its input leaves that open."""

    kind: str = "inverse"
    long_side: int = LONG_SIDE_PX
    patch: int = PATCH_PX


class DepthModel:
    """A depth graph; the session opens with the first picture. Raises DepthError for a file that is no such graph."""

    def __init__(self, path: Path, card: DepthCard, threads: int | None = None) -> None:
        self.path = path
        self.card = card
        self._threads = threads

    @cached_property
    def _session(self) -> InferenceSession:
        try:
            session = open_session(self.path, self._threads)
        except Exception as error:  # the errors of ONNX Runtime have no base of their own
            raise DepthError(f"{self.path.name} cannot be read as an ONNX graph; fetch it again.") from error
        if len(session.get_inputs()) != 1 or len(session.get_inputs()[0].shape) != 4:
            raise DepthError(
                f"{self.path.name} is no depth model: it has to take one picture (1, 3, height, width)."
            )
        return session

    def depth(self, image: Image) -> Floats:
        """(H, W, 3) uint8 -> (H', W') float32 of the card's kind. Raises DepthError where the graph gives something else."""
        wanted = self._session.get_inputs()[0]
        rows, columns = self._size(image, wanted.shape)
        picture = transforms.normalised([transforms.resized(image, rows, columns)])
        try:
            found = np.asarray(self._session.run(None, {wanted.name: picture})[0], dtype=np.float32)
        except Exception as error:  # as above
            raise DepthError(f"{self.path.name} cannot be run on a picture of {columns}×{rows}.") from error
        found = found[:, 0] if found.ndim == 4 and found.shape[1] == 1 else found
        if found.ndim != 3 or found.shape[0] != 1 or min(found.shape) < 1:
            raise DepthError(
                f"{self.path.name} is no depth model: it gives {found.shape} in place of (1, height, width)."
            )
        return found[0]

    def _size(self, image: Image, shape: list[Any]) -> tuple[int, int]:
        """Height and width for the graph: its own where they are fixed, else the picture's shape in whole patches."""
        patch = self.card.patch
        rows, columns = transforms.grid_shape(image.shape[0], image.shape[1], self.card.long_side, patch)
        open_sizes = rows * patch, columns * patch
        fixed = [side if isinstance(side, int) and side > 0 else None for side in shape[2:]]
        return fixed[0] or open_sizes[0], fixed[1] or open_sizes[1]


def load_depth_model(path: Path, kind: str | None = None, threads: int | None = None) -> DepthModel:
    """The graph at `path` with the card beside it; `kind` overrules the card. Raises DepthError."""
    if not path.is_file():
        raise DepthError(f"There is no depth model at {path}.")
    card = read_card(path.with_suffix(".json"))
    return DepthModel(path, card if kind is None else checked(card, kind=kind), threads)


def read_card(path: Path) -> DepthCard:
    """The card, or the usual one where there is none. Raises DepthError with what is wrong with it."""
    if not path.is_file():
        return DepthCard()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        given = {name: value for name, value in found.items() if name in vars(DepthCard())}
    except (OSError, ValueError, AttributeError) as error:
        raise DepthError(f"{path.name} is no card of a depth model: it has to be a JSON object.") from error
    return checked(DepthCard(), **given)


def checked(card: DepthCard, **changes: Any) -> DepthCard:
    """The card with changes, as far as they can be meant."""
    changed = DepthCard(**{**vars(card), **changes})
    if changed.kind not in KINDS:
        raise DepthError(f"A depth model gives {', '.join(KINDS)}; {changed.kind!r} is none of them.")
    sizes = changed.long_side, changed.patch
    if not all(isinstance(size, int) and 1 <= size <= 4096 for size in sizes):
        raise DepthError("long_side and patch of a depth model have to be whole numbers of pixels.")
    return changed


def in_metres(found: Floats, kind: str, distance_m: float | None = None, box: Box = MIDDLE) -> Doubles:
    """What a depth graph gave (H', W') -> metres along the optical axis; inf where it sees nothing near.

    The two relative kinds need one known depth: the median within `box` (0 to 1, y down) is `distance_m` away.
    Raises DepthError where that is not given, NothingSeen where the box holds no depth.
    """
    values = np.where(np.isfinite(found) & (found > 0), found, 0.0).astype(np.float64)
    if kind == "metric":
        return np.where(values > 0, values, np.inf)
    if distance_m is None:
        raise DepthError("This depth model knows no metres; say how far away the house is (--distance-m).")
    rows, columns = values.shape
    top, bottom = int(box[1] * rows), max(int(box[3] * rows), int(box[1] * rows) + 1)
    left, right = int(box[0] * columns), max(int(box[2] * columns), int(box[0] * columns) + 1)
    here = values[min(top, rows - 1) : bottom, min(left, columns - 1) : right]
    if not (here > 0).any():
        raise NothingSeen("The depth model sees nothing where the house should be.")
    known = float(np.median(here[here > 0]))
    if kind == "relative":
        return np.where(values > 0, values * (distance_m / known), np.inf)
    return np.divide(distance_m * known, values, out=np.full(values.shape, np.inf), where=values > 0)
