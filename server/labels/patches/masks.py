"""From clicks to a mask of pixels, and from one frame's mask to those of the frames after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.tools.descriptors import Descriptors
from ml.tools.grids import resampled
from ml.tools.segment import (
    Click,
    Prototypes,
    Seeds,
    SegmentError,
    prototypes,
    refined,
    similarity_of,
    smoothed,
    to_pixels,
)
from ml.tools.segment.propagate import propagate
from ml.tools.segment.similarity import prototypes_of_mask
from ml.types import Floats
from server.labels.drawing import Drawing, Mark
from server.labels.models import Label
from server.labels.patches.kept import Patches
from server.labels.patches.travelling import as_travelled

Mask = NDArray[np.bool_]
Picture = NDArray[np.uint8]
COLOURS = {Label.Edge.LIGHT: 0.0, Label.Edge.COLOURS: 0.3}
HALF = 0.5


class CannotDraw(Exception):
    """The clicks give no mask; the message is a sentence for the labeller."""


@dataclass(frozen=True)
class Looked:
    """A frame as it is labelled: its picture (H, W, 3) and its patches."""

    picture: Picture
    patches: Patches


@dataclass(frozen=True)
class CarriedMask:
    """`found`: the place was found again in this frame; where it was not, the mask rests on looks alone."""

    mask: Mask
    found: bool


def nowhere(picture: Picture) -> Mask:
    """The empty mask of a picture (H, W, 3)."""
    return np.zeros(picture.shape[:2], dtype=bool)


def mask_of(looked: Looked, drawing: Drawing) -> Mask:
    """(H, W) of the picture: what its marks find on the patches as they travel to the browser, before any stroke.

    Raises NotKept, and CannotDraw where nothing positive was marked.
    """
    looked.patches.layer(drawing.layer)
    seen = replace(looked, patches=as_travelled(looked.patches))
    values = like(seen.patches.layer(drawing.layer), prototypes_of(seen, drawing, None), drawing)
    return in_pixels(values, seen.picture, drawing)


def carried(
    first: Looked, drawing: Drawing, mask: Mask, following: Sequence[Looked], in_half: bool = False
) -> Iterator[CarriedMask]:
    """The mask (H, W) of the first frame in each that follows, by the same marks; by its looks where it has strokes or no marks.

    Raises NotKept and CannotDraw.
    """
    found = prototypes_of(first, drawing, mask)
    start = (
        patches_under(mask, first.patches.layer(drawing.layer))
        if drawing.strokes
        else (like(first.patches.layer(drawing.layer), found, drawing) >= drawing.threshold)
    )
    frames = [described(looked, drawing.layer) for looked in (first, *following)]
    moved = propagate(frames[0], start, frames[1:], found, drawing.threshold, drawing.smoothing)
    for looked, there in zip(following, moved, strict=True):
        yield CarriedMask(in_pixels(there.similarity, picture_in(looked, in_half), drawing), there.found)


def picture_in(looked: Looked, in_half: bool) -> Picture:
    return looked.picture[::2, ::2] if in_half else looked.picture


def prototypes_of(looked: Looked, drawing: Drawing, mask: Mask | None) -> Prototypes:
    """What the marks stand for; where there is a mask to rest on, with strokes or no marks, what that stands for.

    Raises CannotDraw.
    """
    grid = looked.patches.layer(drawing.layer)
    try:
        if mask is None or (drawing.marks and not drawing.strokes):
            return prototypes(grid, seeds_of(drawing.marks))
        return prototypes_of_mask(grid, resampled(mask.astype(np.float32), *grid.shape[:2]))
    except SegmentError as error:
        raise CannotDraw(str(error)) from error


def patches_under(mask: Mask, grid: Floats) -> Mask:
    """(h, w): the patches of a grid that a mask (H, W) covers by half, or most of all where it covers none so far."""
    share = resampled(mask.astype(np.float32), *grid.shape[:2])
    return np.asarray((share >= min(0.5, float(share.max()))) & (share > 0))


def seeds_of(marks: Sequence[Mark]) -> Seeds:
    clicks = tuple(Click(mark.x, mark.y, mark.positive) for mark in marks if mark.far_x is None)
    boxes = [
        (mark.positive, (mark.x, mark.y, mark.far_x, mark.far_y))
        for mark in marks
        if mark.far_x is not None and mark.far_y is not None
    ]
    return Seeds(
        clicks,
        tuple(box for positive, box in boxes if positive),
        tuple(box for positive, box in boxes if not positive),
    )


def like(grid: Floats, found: Prototypes, drawing: Drawing) -> Floats:
    """(h, w): how much each patch is like what was marked, -1 to 1."""
    return smoothed(similarity_of(grid, found), drawing.smoothing)


def in_pixels(values: Floats, picture: Picture, drawing: Drawing) -> Mask:
    """(h, w) at the picture's size, its edge drawn as the drawing says."""
    pixels = to_pixels(values, *picture.shape[:2])
    mask = pixels >= drawing.threshold
    if drawing.edge not in COLOURS or not mask.any():
        return mask
    colours = COLOURS[Label.Edge(drawing.edge)]
    return np.asarray(refined(pixels, picture, drawing.threshold, colours=colours) >= HALF)


def described(looked: Looked, layer: int) -> Descriptors:
    height, width = looked.picture.shape[:2]
    return Descriptors(looked.patches.layer(layer), looked.patches.cls, width, height)
