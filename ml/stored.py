"""Patch features kept small, so that a new head scores old frames without the network.

A `Packing` is made once for each backbone from a few frames: it turns the features of a patch into uncorrelated numbers, of
which most are near zero, one way for lit patches and one for dark ones, which have no tokens. A frame's file holds those numbers
as whole multiples of a step (deflated); the step is as fine as the size allows. Means of the patches around are not kept: a head
is linear, so its share of them is the mean of a map. Files name the backbone's hash; nothing is pickled.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.backbone import Backbone
from ml.head import Head, sigmoid
from ml.packing import Axes, Layout, Packing, axes_of
from ml.types import Floats, MlError

__all__ = [
    "LARGEST_BYTES",
    "Layout",
    "Packing",
    "Rescorer",
    "StoredError",
    "fit_packing",
    "layout_of",
    "load_packing",
    "save_packing",
    "write_features",
]

LARGEST_BYTES = 95_000
FINEST_STEP, COARSEST_STEP = 0.05, 64.0
DARK_COARSER = 20.0
HALVINGS = 8
MAGIC = b"FMF1"
HEADER = struct.Struct("<4s32s32sHHfII")
Bytes = NDArray[np.int8]


class StoredError(MlError):
    """A file of stored features is damaged, or of another backbone."""


def layout_of(backbone: Backbone, dimension: int) -> Layout:
    """How the patch features (`dimension` of them) of `backbone` are built; those of the embedded one are known."""
    layers: tuple[int, ...] = getattr(backbone, "layers", ())
    chosen: tuple[int, ...] = getattr(backbone, "features", ())
    if len(backbone.voices) != 2 or chosen:
        return Layout(contrast=0, near=dimension, own=dimension, averaged=False)
    contrast = backbone.voices[0][1]
    own = contrast + (dimension - contrast) // 2
    tokens = len(layers) * backbone.dimension
    return Layout(contrast=contrast, near=own - tokens, own=own, averaged=True)


def fit_packing(
    backbone_sha256: str, layout: Layout, grids: Sequence[Floats], heads: Iterable[Head] = ()
) -> Packing:
    """The packing learnt from patch features (h, w, D') of a few frames; `heads` are those to be most exact for.

    Raises StoredError where fewer than 2 patches are lit.
    """
    patches = np.concatenate([grid[..., : layout.own].reshape(-1, layout.own) for grid in grids])
    lit = layout.lit(patches)
    if lit.sum() < 2:
        raise StoredError("A packing is learnt from lit patches; these frames have none.")
    cared = [share for head in heads for share in layout.shares(head.weight)]
    dark = patches[~lit][:, : layout.near]
    return Packing(
        backbone_sha256,
        layout,
        axes_of(patches[lit], cared, layout.contrast),
        axes_of(dark if len(dark) > 1 else patches[lit][:, : layout.near], cared, layout.contrast),
    )


def save_packing(packing: Packing, path: Path) -> None:
    """Write the packing as .npz."""
    np.savez(path, **packing.arrays())


def load_packing(path: Path) -> Packing:
    """Raises StoredError where the file is none."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return Packing.of({name: arrays[name] for name in arrays.files})
    except (OSError, ValueError, KeyError, TypeError, zlib.error) as error:
        raise StoredError(f"{path} is no packing of features; make it anew.") from error


def write_features(path: Path, packing: Packing, grid: Floats, most_bytes: int = LARGEST_BYTES) -> int:
    """Keep the patch features (h, w, D') of one frame; returns the bytes written, at most about `most_bytes`."""
    rows, columns, _ = grid.shape
    patches = grid[..., : packing.layout.own].reshape(rows * columns, -1)
    lit = packing.layout.lit(patches)
    own = packing.lit.numbers(patches[lit])
    rest = packing.dark.numbers(patches[~lit][:, : packing.layout.near])
    step, parts = packed(own, rest, most_bytes - HEADER.size - lit.size // 8 - 1)
    sizes = [len(part) for part in parts]
    head = HEADER.pack(
        MAGIC, bytes.fromhex(packing.backbone_sha256), packing.key, rows, columns, step, *sizes
    )
    content = b"".join([head, np.packbits(lit).tobytes(), *parts])
    path.write_bytes(content)
    return len(content)


def packed(own: Floats, rest: Floats, most_bytes: int) -> tuple[float, list[bytes]]:
    """The finest step whose parts fit, by halving the range of its logarithm, and those parts."""

    def at(step: float) -> list[bytes]:
        return [deflated(own, step), deflated(rest, step * DARK_COARSER)]

    finest, coarsest = FINEST_STEP, COARSEST_STEP
    parts = at(finest)
    if sum(map(len, parts)) <= most_bytes:
        return finest, parts
    best = at(coarsest)
    for _ in range(HALVINGS):
        step = float((finest * coarsest) ** 0.5)
        parts = at(step)
        if sum(map(len, parts)) > most_bytes:
            finest = step
        else:
            coarsest, best = step, parts
    return coarsest, best


def deflated(numbers: Floats, step: float) -> bytes:
    """(n, K) -> K bytes, by how much coarser than `step` each column is so as to fit into 8 bits, then the columns, deflated."""
    peaks = np.abs(numbers).max(axis=0, initial=0.0)
    coarser = np.clip(np.ceil(peaks / (127 * np.float32(step))), 1, 255).astype(np.uint8)
    whole = np.clip(np.rint(numbers / (coarser * np.float32(step))), -127, 127).astype(np.int8)
    pressing = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    return pressing.compress(coarser.tobytes() + np.ascontiguousarray(whole.T).tobytes()) + pressing.flush()


@dataclass(frozen=True)
class Listening:
    """A head in the numbers of one kind of patch: `weight` (2, K) and `bias` (2,) of the patch's own and of its mean."""

    weight: Floats
    bias: Floats

    def shares(self, deflated_part: bytes, step: float, count: int) -> Floats:
        """(2, count): what the patches add to the logits."""
        numbers = self.weight.shape[1]
        raw = zlib.decompress(deflated_part)
        scale = np.frombuffer(raw, np.uint8, numbers) * np.float32(step)
        whole = np.frombuffer(raw, np.int8, offset=numbers).reshape(numbers, count)
        return np.asarray((self.weight * scale) @ whole.astype(np.float32) + self.bias[:, None], np.float32)


class Rescorer:
    """One head on stored features. Raises StoredError where it was trained on another backbone."""

    def __init__(self, packing: Packing, head: Head) -> None:
        if head.backbone_sha256 != packing.backbone_sha256:
            raise StoredError(f"The head {head.name!r} is of another backbone than the stored features.")
        self._packing = packing
        self._bias = np.float32(head.bias)
        own, around = packing.layout.shares(head.weight)
        self._lit = listening(packing.lit, own, around)
        self._dark = listening(packing.dark, own, around)

    def festivity_map(self, path: Path) -> Floats:
        """(h, w) in [0, 1] of one frame. Raises StoredError where the file is damaged or of another backbone or packing."""
        try:
            return self._map(path.read_bytes(), path)
        except (OSError, ValueError, struct.error, zlib.error) as error:
            raise StoredError(f"{path} cannot be read as stored features; store the frame again.") from error

    def _map(self, content: bytes, path: Path) -> Floats:
        magic, backbone, key, rows, columns, step, own, rest = HEADER.unpack_from(content)
        if magic != MAGIC:
            raise ValueError("no stored features")
        if backbone.hex() != self._packing.backbone_sha256:
            raise StoredError(f"{path} holds features of another backbone ({backbone.hex()[:12]}…).")
        if key != self._packing.key:
            raise StoredError(f"{path} was stored with another packing of this backbone.")
        start = HEADER.size + (rows * columns + 7) // 8
        bits = np.frombuffer(content, np.uint8, start - HEADER.size, HEADER.size)
        lit = np.unpackbits(bits, count=rows * columns).astype(bool)
        count = int(np.count_nonzero(lit))
        shares = np.empty((2, rows * columns), dtype=np.float32)
        shares[:, lit] = self._lit.shares(content[start : start + own], step, count)
        dark = content[start + own : start + own + rest]
        shares[:, ~lit] = self._dark.shares(dark, step * DARK_COARSER, lit.size - count)
        mine, around = shares.reshape(2, rows, columns)
        logits = mine + mean_around(around) if self._packing.layout.averaged else mine
        return sigmoid(logits + self._bias)


def listening(axes: Axes, own: Floats, around: Floats) -> Listening:
    """The head's two shares of the features, told in the numbers of these axes; absent features count as zero."""
    shares = np.stack([own, around])[:, : axes.mean.size]
    return Listening(weight=shares @ axes.back.T, bias=shares @ axes.mean)


def mean_around(grid: Floats) -> Floats:
    """(h, w) -> the same shape: the mean of the 3x3 cells around each, of those within the grid."""
    return summed(grid) / summed(np.ones_like(grid))


def summed(grid: Floats) -> Floats:
    wide = np.pad(grid, 1)
    down = wide[:-2] + wide[1:-1] + wide[2:]
    return np.asarray(down[:, :-2] + down[:, 1:-1] + down[:, 2:], dtype=np.float32)
