"""A city with truth, without pictures: streets of lots, drives with drifting fixes and noisy headings, displays that look
alike as often as real ones do.

Looks are vectors in which two views of one house, a moment or a drive apart, and views of two houses are as alike as on the
labelled pairs of the real drive (`ml/labels/same_place.json`, 383 pairs); so are the chances that patches give. What was
measured there stands below, beside what the city draws (`bench.identity` prints both).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PERCENTILES = (5, 10, 25, 50, 75, 90, 95)
MEASURED = {
    "likeness, seconds apart": (0.663, 0.696, 0.767, 0.860, 0.901, 0.928, 0.935),
    "likeness, other camera or pass": (0.616, 0.669, 0.728, 0.817, 0.860, 0.892, 0.902),
    "likeness, different houses": (0.119, 0.204, 0.379, 0.519, 0.684, 0.787, 0.839),
    "chance, same house": (0.260, 0.492, 0.740, 0.921, 0.987, 0.997, 0.999),
    "chance, different houses": (0.001, 0.002, 0.020, 0.094, 0.266, 0.536, 0.695),
}
"""Percentiles of the cosine of crops' vectors, and of the chance by patches: 134 pairs seconds apart, 35 of the
other camera or another pass, 214 of different houses."""

COMMON = 0.51
DIMENSION = 5
KEPT_IN_DRIVE = (5.5, 1.1)
KEPT_BETWEEN_DRIVES = (14.0, 0.8)
NEAR_IDENTICAL = 0.98
FIELD_DEG, FARTHEST_M = 67.0, 30.0
FRAME_STEP_M, LANE_M = 6.0, 2.0
DISPLAY_M = (3.0, 9.0)
SEEN_SHARE = 0.85
FOLLOWED_SHARE, FOLLOWED_WRONG = 0.25, 0.01


@dataclass(frozen=True)
class Plan:
    seed: int
    houses: int = 2000
    drives: int = 4
    lots_of_a_block: int = 25
    lot_m: tuple[float, float] = (12.0, 20.0)
    setback_m: tuple[float, float] = (11.0, 17.0)
    fix_m: float = 4.0
    heading_deg: float = 6.0
    identical_share: float = 0.3


@dataclass(frozen=True)
class Lot:
    """A house: its front (2,) in metres, its look (D,), and a number that near-identical neighbours share."""

    front_m: Floats
    look: Floats
    kind: int


@dataclass(frozen=True)
class Glance:
    """What a frame shows of a house: its number, the box's columns, its vector (D,)."""

    house: int
    left: float
    right: float
    vector: Floats


@dataclass(frozen=True)
class Shot:
    """A frame: camera as the fix says (2,), heading as it is said, side (1 right, -1 left), seconds into the drive."""

    camera_m: Floats
    heading_deg: float
    side: int
    second: float
    glances: list[Glance] = field(default_factory=list)


@dataclass(frozen=True)
class City:
    plan: Plan
    lots: list[Lot]
    drives: list[list[Shot]]


def build(plan: Plan) -> City:
    rng = np.random.default_rng(plan.seed)
    lots = list(lots_of(plan, rng))[: plan.houses]
    return City(plan, lots, [drive_of(plan, lots, number, rng) for number in range(plan.drives)])


def blocks_of(plan: Plan) -> Iterator[tuple[float, float]]:
    """(west end, north) of each block's street, metres: blocks of both sides, 25 lots to a side, in rows 90 m apart."""
    length_m = plan.lots_of_a_block * sum(plan.lot_m) / 2 + 25
    blocks = math.ceil(plan.houses / (2 * plan.lots_of_a_block))
    across = max(1, round(math.sqrt(blocks / 4)))
    for number in range(blocks):
        yield (number % across) * length_m, (number // across) * 90.0


def lots_of(plan: Plan, rng: np.random.Generator) -> Iterator[Lot]:
    kind = 0
    for west_m, north_m in blocks_of(plan):
        for side in (1, -1):
            at_m, before, kind = west_m, unit(rng), kind + 1
            for _ in range(plan.lots_of_a_block):
                width_m = rng.uniform(*plan.lot_m)
                alike = rng.random() < plan.identical_share
                before, kind = (mixed(before, NEAR_IDENTICAL, rng), kind) if alike else (unit(rng), kind + 1)
                front = np.array([at_m + width_m / 2, north_m - side * rng.uniform(*plan.setback_m)])
                yield Lot(front, before, kind)
                at_m += width_m


def drive_of(plan: Plan, lots: list[Lot], number: int, rng: np.random.Generator) -> list[Shot]:
    """One drive down every street, east or west; its looks keep what the evening makes of them."""
    east = np.array([lot.front_m[0] for lot in lots])
    north = np.array([lot.front_m[1] for lot in lots])
    looks = np.stack([mixed(lot.look, kept(KEPT_BETWEEN_DRIVES, rng), rng) for lot in lots])
    ends = sorted(set(blocks_of(plan)), key=lambda block: (block[1], block[0]))
    shots: list[Shot] = []
    drift = rng.normal(0, plan.fix_m * 0.87, 2)
    for west_m, north_m in ends:
        eastward = bool((round(north_m / 90) + number) % 2)
        heading = 90.0 if eastward else 270.0
        steps = np.arange(0, plan.lots_of_a_block * sum(plan.lot_m) / 2 + 10, FRAME_STEP_M)
        for step in steps if eastward else steps[::-1]:
            camera = np.array(
                [west_m + step + rng.normal(0, 0.5), north_m - (LANE_M if eastward else -LANE_M)]
            )
            drift = drift * 0.97 + rng.normal(0, plan.fix_m * 0.87 * math.sqrt(1 - 0.97**2), 2)
            fix = camera + drift + rng.normal(0, plan.fix_m * 0.5, 2)
            said = (heading + rng.normal(0, plan.heading_deg)) % 360
            near = np.flatnonzero(
                (np.abs(east - camera[0]) < FARTHEST_M) & (np.abs(north - camera[1]) < FARTHEST_M)
            )
            for side in (1, -1):
                glances = list(
                    seen(camera, heading + 90 * side, [(h, lots[h], looks[h]) for h in near.tolist()], rng)
                )
                shots.append(Shot(fix, said, side, len(shots) * 0.4, glances))
    return shots


def seen(
    camera: Floats, axis_deg: float, around: list[tuple[int, Lot, Floats]], rng: np.random.Generator
) -> Iterator[Glance]:
    """The houses in a picture of 67° with its axis in that direction, each with the columns that its display takes."""
    axis = math.radians(axis_deg)
    forward, right = np.array([math.sin(axis), math.cos(axis)]), np.array([math.cos(axis), -math.sin(axis)])
    half = math.tan(math.radians(FIELD_DEG / 2))
    for number, lot, look in around:
        off = lot.front_m - camera
        away, beside = float(off @ forward), float(off @ right)
        if away < 5 or rng.random() > SEEN_SHARE:
            continue
        width = rng.uniform(*DISPLAY_M) / 2
        left, edge = (0.5 + 0.5 * (beside + sign * width) / away / half for sign in (-1, 1))
        left, edge = max(left, 0.0), min(edge, 1.0)
        if edge - left > 0.08:
            yield Glance(number, left, edge, night(mixed(look, kept(KEPT_IN_DRIVE, rng), rng)))


def kept(shape: tuple[float, float], rng: np.random.Generator) -> float:
    return float(rng.beta(*shape))


def night(look: Floats) -> Floats:
    """(1 + D,) the look, with what all pictures of the night have in common before it."""
    return np.concatenate([[math.sqrt(COMMON)], math.sqrt(1 - COMMON) * look])


def unit(rng: np.random.Generator) -> Floats:
    drawn = rng.normal(size=DIMENSION)
    return np.asarray(drawn / np.linalg.norm(drawn))


def mixed(look: Floats, share: float, rng: np.random.Generator) -> Floats:
    """A unit vector with about this cosine to `look`."""
    drawn = unit(rng)
    drawn -= (drawn @ look) * look
    return np.asarray(share * look + math.sqrt(1 - share**2) * drawn / np.linalg.norm(drawn))


def chance_of(same: bool, looks: tuple[int, int], seed: int) -> float:
    """What patches say of two regions: as on the real pairs, half of the luck being each region's own."""
    first, second = (np.random.default_rng((seed, look)).normal() for look in looks)
    pair = np.random.default_rng((seed, *looks)).normal()
    luck = math.erf((first + second + math.sqrt(2) * pair) / 2 / math.sqrt(2)) / 2 + 0.5
    told = MEASURED["chance, same house" if same else "chance, different houses"]
    return float(np.interp(luck * 100, (0, *PERCENTILES, 100), (told[0] / 5, *told, (told[-1] + 1) / 2)))


def likenesses(city: City, rng: np.random.Generator, most: int = 4000) -> dict[str, list[float]]:
    """Percentiles of the likenesses that the city draws, by the names of MEASURED."""
    views: dict[int, list[tuple[int, Floats]]] = {}
    for number, shots in enumerate(city.drives):
        for shot in shots:
            for glance in shot.glances:
                views.setdefault(glance.house, []).append((number, glance.vector))
    found: dict[str, list[float]] = {name: [] for name in list(MEASURED)[:3]}
    for house, own in views.items():
        if len(found["likeness, different houses"]) > most:
            break
        for (drive, one), (other_drive, other) in pairs_of(own, rng):
            name = "seconds apart" if drive == other_drive else "other camera or pass"
            found[f"likeness, {name}"].append(float(one @ other))
        for stranger in rng.choice(list(views), 4):
            if stranger != house:
                found["likeness, different houses"].append(float(own[0][1] @ views[int(stranger)][0][1]))
    return {
        name: [round(float(p), 3) for p in np.percentile(drawn, PERCENTILES)] for name, drawn in found.items()
    }


def pairs_of(
    views: list[tuple[int, Floats]], rng: np.random.Generator
) -> Iterable[tuple[tuple[int, Floats], tuple[int, Floats]]]:
    for _ in range(6):
        one, other = rng.integers(len(views), size=2)
        if one != other:
            yield views[one], views[other]
