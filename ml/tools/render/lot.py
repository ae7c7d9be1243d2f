"""Lots along a route: where houses stand, which of them are decorated, and which displays look alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.tools.render.house import House, draw_style
from ml.tools.render.street import Leg, Line, Street, distance_to_line_m, heading_deg

KERB_M = 3.8
PAVEMENT_M = 1.8
LANE_M = 1.7
LOT_M = (16.0, 21.0)
CLEAR_OF_CROSSING_M = 13.0
CLEAR_OF_STREETS_M = 13.5
CLEAR_OF_HOUSES_M = 14.5
SETBACK_M = (6.0, 9.5)


@dataclass(frozen=True)
class Lot:
    """A house with its street, the side of the route it stands on, and its point at the roadside (east, north)."""

    house: House
    street: str
    side: str
    roadside: Line


def place_lots(
    legs: list[Leg],
    streets: list[Street],
    count: int,
    decorated: float,
    rng: np.random.Generator,
    setback_m: tuple[float, float] = SETBACK_M,
) -> list[Lot]:
    """The first `count` free lots along a route, on both sides; fewer when the route is too short.

    Fronts stand `setback_m` (least, most) behind the pavement.
    """
    lots: list[Lot] = []
    others = [street.points for street in streets]
    for leg in legs:
        for side, at, heading in spots(leg, rng):
            if len(lots) < count:
                lot = free_lot(leg.name, side, at, heading, lots, others, rng, setback_m)
                lots += [lot] if lot else []
    return hand_out_recipes(lots, decorated, rng)


def spots(leg: Leg, rng: np.random.Generator) -> list[tuple[str, Line, float]]:
    """Side, point on the street's line and heading of possible lots, in driving order."""
    steps = np.linalg.norm(np.diff(leg.points, axis=0), axis=1)
    at = np.concatenate([[0.0], np.cumsum(steps)])
    found = []
    for side in ("left", "right"):
        along = CLEAR_OF_CROSSING_M + float(rng.uniform(0, 4))
        while along < at[-1] - CLEAR_OF_CROSSING_M:
            place = np.array([np.interp(along, at, leg.points[:, axis]) for axis in (0, 1)])
            piece = min(int(np.searchsorted(at, along, side="right")) - 1, len(steps) - 1)
            found.append((along, side, place, heading_deg(leg.points[piece + 1] - leg.points[piece])))
            along += float(rng.uniform(*LOT_M))
    return [(side, place, heading) for _, side, place, heading in sorted(found, key=lambda spot: spot[0])]


def free_lot(
    street: str,
    side: str,
    at: Line,
    heading: float,
    lots: list[Lot],
    others: list[Line],
    rng: np.random.Generator,
    setback_m: tuple[float, float],
) -> Lot | None:
    """A house beside the street, unless another street or house is in its way."""
    setback = float(rng.uniform(*setback_m))
    style = draw_style(rng)
    towards = np.radians(heading + (-90 if side == "left" else 90))
    aside = np.array([np.sin(towards), np.cos(towards)])
    front = at + aside * (KERB_M + PAVEMENT_M + setback)
    middle = front + aside * 4.5
    if any(distance_to_line_m(middle, line) < CLEAR_OF_STREETS_M for line in others):
        return None
    if any(np.hypot(*(front - (lot.house.east_m, lot.house.north_m))) < CLEAR_OF_HOUSES_M for lot in lots):
        return None
    out_deg = (heading + (90 if side == "left" else -90)) % 360
    house = House(len(lots) + 1, float(front[0]), float(front[1]), out_deg, setback + PAVEMENT_M, style, 0)
    return Lot(house, street, side, at + aside * KERB_M)


def hand_out_recipes(lots: list[Lot], decorated: float, rng: np.random.Generator) -> list[Lot]:
    """Decorate a share of the houses; about every second display looks like another one of the same drive."""
    count = round(len(lots) * decorated)
    chosen = rng.permutation(len(lots))[:count]
    kinds = max(1, round(count * 0.6))
    recipes = {int(lot): 1 + number % kinds for number, lot in enumerate(chosen)}
    return [with_recipe(lot, recipes.get(number, 0)) for number, lot in enumerate(lots)]


def with_recipe(lot: Lot, recipe: int) -> Lot:
    house = lot.house
    same = House(
        house.number, house.east_m, house.north_m, house.out_deg, house.setback_m, house.style, recipe
    )
    return Lot(same, lot.street, lot.side, lot.roadside)
