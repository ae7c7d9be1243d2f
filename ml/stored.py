"""Patch features kept small: a frame's few dozen kilobytes, from which new heads and all tools on patches are served.

A frame's file holds the numbers that a `Packing` makes of its patches, as whole multiples of a step (deflated), and the CLS
vector. The step is as fine as the size allows. Means of the patches around are not kept: a head is linear, so its share of
them is the mean of a map. Files name the backbone's hash; nothing is pickled.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.packing import Packing, StoredError
from ml.types import Floats

LARGEST_BYTES = 95_000
FINEST_STEP, COARSEST_STEP = 0.05, 64.0
DARK_COARSER = 20.0
HALVINGS = 8
MAGIC = b"FMF2"
HEADER = struct.Struct("<4s32s32sHHHfII")
Bools = NDArray[np.bool_]


def stored(packing: Packing, grid: Floats, cls: Floats, most_bytes: int = LARGEST_BYTES) -> bytes:
    """The patch features (h, w, D') and the CLS vector (D,) of one frame in at most about `most_bytes`."""
    rows, columns, _ = grid.shape
    patches = grid[..., : packing.layout.own].reshape(rows * columns, -1)
    lit = packing.layout.lit(patches)
    own = packing.lit.numbers(patches[lit])
    rest = packing.dark.numbers(patches[~lit][:, : packing.layout.near])
    first = np.packbits(lit).tobytes() + cls.astype(np.float16).tobytes()
    step, parts = packed(own, rest, most_bytes - HEADER.size - len(first))
    named = bytes.fromhex(packing.backbone_sha256), packing.key
    sizes = [len(part) for part in parts]
    head = HEADER.pack(MAGIC, *named, rows, columns, cls.size, step, *sizes)
    return b"".join([head, first, *parts])


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
class Numbers:
    """Whole numbers (K, n) of n patches, each row in steps of `scale` (K,)."""

    scale: Floats
    whole: NDArray[np.int8]


@dataclass(frozen=True)
class Frame:
    """A frame as it is stored: which patches (h, w) are lit, CLS (D,), and the numbers of the lit and of the dark patches."""

    lit: Bools
    cls: Floats
    own: Numbers
    rest: Numbers


def read(packing: Packing, content: bytes) -> Frame:
    """Raises StoredError where the content is damaged or of another backbone or packing."""
    try:
        magic, backbone, key, rows, columns, dimension, step, own, rest = HEADER.unpack_from(content)
        if magic != MAGIC:
            raise ValueError("no stored features")
        if backbone.hex() != packing.backbone_sha256:
            raise StoredError(f"These are stored features of another backbone ({backbone.hex()[:12]}…).")
        if key != packing.key:
            raise StoredError("These features were stored with another packing of this backbone.")
        bits, cls, lit_part, dark_part = slices(
            content, HEADER.size, (rows * columns + 7) // 8, 2 * dimension, own, rest
        )
        lit = np.unpackbits(np.frombuffer(bits, np.uint8), count=rows * columns).astype(bool)
        count = int(np.count_nonzero(lit))
        return Frame(
            lit=lit.reshape(rows, columns),
            cls=np.frombuffer(cls, np.float16).astype(np.float32),
            own=inflated(lit_part, step, packing.lit.mean.size, count),
            rest=inflated(dark_part, step * DARK_COARSER, packing.dark.mean.size, lit.size - count),
        )
    except (ValueError, struct.error, zlib.error) as error:
        raise StoredError("Stored features cannot be read; score the frame again.") from error


def slices(content: bytes, start: int, *sizes: int) -> list[bytes]:
    """Parts of these sizes, one after the other, from `start`."""
    found = []
    for size in sizes:
        found.append(content[start : start + size])
        start += size
    return found


def inflated(part: bytes, step: float, numbers: int, count: int) -> Numbers:
    """What `deflated` made of (count, numbers)."""
    raw = zlib.decompress(part)
    scale = np.frombuffer(raw, np.uint8, numbers) * np.float32(step)
    return Numbers(scale, np.frombuffer(raw, np.int8, offset=numbers).reshape(numbers, count))


def token_grids(packing: Packing, frame: Frame) -> tuple[Floats, ...]:
    """The tokens (h, w, D) of each layer that the features hold, zeros where a patch is dark, none of them of unit length."""
    layout = packing.layout
    tokens = slice(layout.near if layout.near < layout.own else 0, layout.own)
    numbers = (frame.own.scale[:, None] * frame.own.whole).T
    grid = np.zeros((*frame.lit.shape, tokens.stop - tokens.start), dtype=np.float32)
    grid[frame.lit] = numbers @ packing.lit.back[:, tokens] + packing.lit.mean[tokens]
    return tuple(np.split(grid, layout.layers, axis=2))
