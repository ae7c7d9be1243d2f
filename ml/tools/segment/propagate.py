"""A mask carried from one frame to the next: the same looks, at the place to which the picture moved (pure numpy)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.tools.descriptors import Descriptors, centred
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
        carried = carry(known, mask, frame, found, threshold, sigma)
        if carried.found and carried.mask.any():
            known, mask = frame, carried.mask
        yield carried


def carry(
    known: Descriptors,
    mask: Patches,
    frame: Descriptors,
    found: Prototypes,
    threshold: float,
    sigma: float = 0.0,
) -> Carried:
    """The mask (h, w) of a known frame in another one."""
    values = smoothed(similarity_of(frame.grid, found), sigma)
    movement = movement_of(known, mask, frame)
    if not movement.found:
        return Carried(values, values >= threshold, False)
    place = expected_place(known, mask, frame, movement)
    values = np.where(place, values, np.float32(-1))
    return Carried(values, values >= threshold, True)


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
