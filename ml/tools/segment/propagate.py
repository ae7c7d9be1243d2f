"""A mask carried from one frame to the next: the same looks, at the place to which the picture moved (pure numpy)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.tools.descriptors import Descriptors, centred
from ml.tools.follow import FollowError, follow
from ml.tools.grids import blinded
from ml.tools.match.geometry import Movement, find_movement, moved
from ml.tools.match.patches import mutual_nearest
from ml.tools.segment.similarity import Prototypes, similarity_of, smoothed
from ml.types import Floats

FEWEST_INLIERS = 5
LEAST_INLIER_SHARE = 0.25
TOLERANCE_PATCHES = 1.25
MARGIN_PATCHES = 2.5
AROUND_PATCHES = 3
ONE_AREA_PATCHES = 2
STEP_MS = 1000

Patches = NDArray[np.bool_]


@dataclass(frozen=True)
class Carried:
    """One frame after the first: its similarity map (h, w), its mask of patches (h, w), and whether the place was found again;
    where it was not, the map rests on looks alone."""

    similarity: Floats
    mask: Patches
    found: bool


def propagate(
    first: Descriptors,
    mask: Patches,
    following: Iterable[Descriptors],
    found: Prototypes,
    threshold: float,
    sigma: float = 0.0,
) -> Iterator[Carried]:
    """Carry a mask of patches (h, w) of `first` through the frames that follow, in order.

    The prototypes stay those of the first frame, so that looks do not drift; the place is followed from frame to frame.
    Where it was lost, later frames look for it from the last frame that had it.
    """
    known = first
    for frame in following:
        carried, place = carry(known, mask, frame, found, threshold, sigma)
        if (place & carried.mask).any():
            known, mask = frame, place & carried.mask
        yield carried


def carry(
    known: Descriptors,
    mask: Patches,
    frame: Descriptors,
    found: Prototypes,
    threshold: float,
    sigma: float = 0.0,
) -> tuple[Carried, Patches]:
    """The mask (h, w) of a known frame in another one, and the place (h, w) that it has to be at, nowhere where it was lost."""
    values = smoothed(similarity_of(frame.grid, found), sigma)
    place = place_of(known, mask, frame)
    if place is None:
        return Carried(values, values >= threshold, False), np.zeros_like(values, dtype=bool)
    values = np.where(touching(values >= threshold, place), values, np.float32(-1))
    return Carried(values, values >= threshold, True), place


def place_of(known: Descriptors, mask: Patches, frame: Descriptors) -> Patches | None:
    """(h, w) of the frame: about where the mask has to be; None where it was lost.

    First by the matches in and around the mask, and where they do not agree, by following its box.
    """
    movement = movement_of(known, mask, frame)
    if movement.found:
        return expected_place(known, mask, frame, movement)
    return followed_place(known, mask, frame)


def followed_place(known: Descriptors, mask: Patches, frame: Descriptors) -> Patches | None:
    """(h, w) of the frame: the box around the mask, followed; None where there is nothing to follow or it was lost."""
    if not mask.any() or known.grid.shape != frame.grid.shape:
        return None
    rows, columns = np.nonzero(mask)
    height, width = mask.shape
    box = (
        float(columns.min() / width),
        float(rows.min() / height),
        float((columns.max() + 1) / width),
        float((rows.max() + 1) / height),
    )
    try:
        first, second = follow([(0, known.grid), (STEP_MS, frame.grid)], box)
    except FollowError:
        return None
    if first.place is None or second.place is None:
        return None
    down, right = np.rint(second.place - first.place).astype(int)
    inside = (rows + down >= 0) & (rows + down < height) & (columns + right >= 0) & (columns + right < width)
    there = np.zeros_like(mask)
    there[(rows + down)[inside], (columns + right)[inside]] = True
    return grown(there, AROUND_PATCHES)


def touching(areas: Patches, place: Patches) -> Patches:
    """Those of the connected areas (h, w) that reach into the place (h, w), whole; gaps of a patch do not part an area.

    A display that comes into the picture is more than was seen of it before. On 29 rendered displays a second apart (three
    clicks, the best threshold of the first frame), masks cut to the place had IoU 0.38, whole areas 0.43.
    """
    kept, wider = areas & place, areas & place
    while wider.any():
        wider = areas & grown(kept, ONE_AREA_PATCHES) & ~kept
        kept = kept | wider
    return kept


def movement_of(known: Descriptors, mask: Patches, frame: Descriptors) -> Movement:
    """How what lies in and around the mask moved; no inliers where too few of its patches agree."""
    nothing = Movement(np.eye(3), np.zeros(0, dtype=bool))
    around = grown(mask, AROUND_PATCHES)
    masked = replace(known, grid=blinded(known.grid, around))
    if not (masked.seen.any() and frame.seen.any()):
        return nothing
    matches = mutual_nearest(*centred(masked, frame))
    movement = find_movement(matches.start, matches.end, TOLERANCE_PATCHES * max(frame.patch_px))
    inliers = movement.inliers
    agreed = inliers.sum() >= FEWEST_INLIERS and inliers.mean() >= LEAST_INLIER_SHARE
    return movement if agreed else nothing


def expected_place(known: Descriptors, mask: Patches, frame: Descriptors, movement: Movement) -> Patches:
    """(h, w) of the frame: patches within 2.5 patches of where the movement puts the mask."""
    ends = moved(movement.matrix, known.centres_px()[mask]) / frame.patch_px
    rows, columns = frame.grid.shape[:2]
    places = frame.centres_px() / frame.patch_px
    near = np.zeros((rows, columns), dtype=bool)
    for end in ends:
        near |= np.abs(places - end).max(axis=-1) <= MARGIN_PATCHES
    return near


def grown(mask: Patches, steps: int) -> Patches:
    """A mask (h, w) with all cells within so many steps of it, also across corners."""
    for axis in (0, 1):
        pads = [(steps, steps) if n == axis else (0, 0) for n in (0, 1)]
        padded = np.pad(mask, pads)
        shifts = [
            np.take(padded, range(step, step + mask.shape[axis]), axis) for step in range(2 * steps + 1)
        ]
        mask = np.logical_or.reduce(shifts)
    return mask
