"""Labelled frames to learn from, by what was stored of their patches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.packing import Packing
from ml.patches import Patches, balanced, clear_patches
from ml.restored import restored
from ml.stored import Frame, read
from ml.truth import Mask, TruePicture, coverage, festive_area
from ml.types import Floats, Image

SOURCE = "labels"
MOST_ROWS = 40_000
ROWS_PER_FRAME = 108


@dataclass(frozen=True)
class Example:
    """The n patches of a labelled frame, row by row: festive `share` and brightest value (n,).

    Frames of one group are left out together. `name` tells it from all others.
    """

    name: str
    group: str
    packing: Packing
    content: bytes
    columns: int
    share: Floats
    brightness: Floats

    @cached_property
    def picture(self) -> TruePicture:
        return TruePicture(path=Path(self.name), group=self.group, source=SOURCE)

    def features(self) -> Floats:
        """(n, D'), made anew each time: 16 ms a frame, where keeping them would take 7 MB a frame."""
        grid = restored(self.packing, read(self.packing, self.content))
        return grid.reshape(-1, grid.shape[-1])


def example_of(
    name: str, group: str, packing: Packing, content: bytes, mask: Mask, picture: Image | None
) -> Example:
    """`mask` (H, W) is true where festive. Without its picture (H', W', 3) all patches count as equally bright.

    Raises StoredError where the features cannot be read.
    """
    frame: Frame = read(packing, content)
    rows, columns = frame.lit.shape
    share = coverage(festive_area(mask), rows, columns).ravel()
    brightness = np.zeros(share.size, dtype=np.float32) if picture is None else peaks(picture, rows, columns)
    return Example(name, group, packing, content, columns, share, brightness)


def peaks(picture: Image, rows: int, columns: int) -> Floats:
    """(rows * columns,): the brightest value of each patch of a picture (H, W, 3) of at least so many pixels."""
    shades = picture.max(axis=2)
    tops, lefts = (
        np.arange(count) * length // count
        for count, length in zip((rows, columns), shades.shape, strict=True)
    )
    across = np.maximum.reduceat(shades, lefts, axis=1)
    return np.maximum.reduceat(across, tops, axis=0).ravel().astype(np.float32)


def patches_of(examples: Sequence[Example]) -> tuple[Patches, NDArray[np.intp]]:
    """The patches beyond doubt of all examples, and of which example each is (n,); at most about 40,000."""
    parts, member = [], []
    kept = min(1.0, MOST_ROWS / (ROWS_PER_FRAME * len(examples)))
    for number, one in enumerate(examples):
        rows, weights, festive = clear_patches(one.share, one.brightness)
        some = (
            np.linspace(0, len(rows) - 1, max(1, round(kept * len(rows))))
            .round()
            .astype(np.intp)[: len(rows)]
        )
        names = np.full(len(some), SOURCE), np.full(len(some), one.group)
        weights = weights[some] * np.float32(len(rows) / max(len(some), 1))
        parts.append((one.features()[rows[some]], festive[some], weights, *names))
        member.append(np.full(len(some), number))
    patches = Patches(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    return balanced(patches), np.concatenate(member)
