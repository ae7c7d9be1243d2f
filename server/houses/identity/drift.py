"""Drives laid on one another: how far each one's fixes are off at a place, told by the houses that several drives saw. Pure.

Fixes drift together over some hundred metres of a drive, so that what a drive sees of one house is off as what it sees of
the next. Houses that were found with the drift unknown are right for the most part; how far their passages lie from their
middle, taken together over a stretch, is the drift of the stretch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from shapely import STRtree

from server.houses.identity.grouping import Floats, Rule, Units

STRETCH_M = 60.0
REACH_M = 150.0
STRAY_M = 5.0
PRIOR = 1.0
ROUNDS = 3


def aligned(units: Units, groups: Sequence[Sequence[int]], rule: Rule) -> Units:
    """The units with their places moved by the drift that the groups tell; only differences of drives can be known."""
    shift = np.zeros_like(units.places_m)
    several = [np.array(rows) for rows in groups if len(set(units.drives[list(rows)].tolist())) > 1]
    if not several:
        return units
    told = np.concatenate(several)
    one, other = neighbours(units, told)
    near = np.exp(
        -0.5 * (np.linalg.norm(units.places_m[one] - units.places_m[other], axis=1) / STRETCH_M) ** 2
    )
    noise = 2 * rule.extent_m**2 + np.trace(units.covariances, axis1=1, axis2=2) / 2
    for _ in range(ROUNDS):
        off = from_middles(units, several, shift)
        length = np.linalg.norm(off - shift, axis=1)
        voice = near * (rule.drift_m**2 / noise / (1 + (length / STRAY_M) ** 2))[other]
        total = PRIOR + np.bincount(one, voice, len(units))
        shift = np.stack(
            [np.bincount(one, voice * off[other, axis], len(units)) / total for axis in (0, 1)], axis=1
        )
    return replace(units, places_m=units.places_m + shift)


def neighbours(units: Units, told: Floats) -> tuple[Floats, Floats]:
    """Pairs of a unit and one of those `told` (rows) of the same drive within 150 m, itself among them."""
    places = np.asarray(shapely.points(units.places_m))
    one, at = STRtree(places[told]).query(places, predicate="dwithin", distance=REACH_M)
    other = told[at]
    same = units.drives[one] == units.drives[other]
    return one[same], other[same]


def from_middles(units: Units, groups: Sequence[Floats], shift: Floats) -> Floats:
    """(N, 2) from each unit to the middle of its group, in which every drive has one voice, as the drives are laid now."""
    off = np.zeros_like(units.places_m)
    moved = units.places_m + shift
    for rows in groups:
        drives = units.drives[rows]
        middle = np.mean([moved[rows[drives == drive]].mean(axis=0) for drive in np.unique(drives)], axis=0)
        off[rows] = middle - units.places_m[rows]
    return off
