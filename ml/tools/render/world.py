"""The whole street of a drive as one scene, built from a seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ml.tools.render import lens
from ml.tools.render.display import decorate, draw_recipe
from ml.tools.render.everyday import furnish, put_car, put_distant_lights, put_street_lamp
from ml.tools.render.lens import Phone
from ml.tools.render.lot import KERB_M, PAVEMENT_M, SETBACK_M, Lot, place_lots
from ml.tools.render.mesh import Paint
from ml.tools.render.scene import Night, Scene
from ml.tools.render.shell import build_house
from ml.tools.render.street import Leg, Line, Plane, Street, StreetsError, find_route, read_streets
from ml.tools.render.track import Pose, drive_along, poses_along

ROAD = Paint((0.05, 0.05, 0.052), grain=0.2, grain_m=0.5, wets=True)
PAVEMENT = Paint((0.26, 0.25, 0.23), grain=0.15, panels_m=1.5, groove=0.15, wets=True)
METRES_PER_HOUSE = 17.0
RUN_UP_M = 14.0
RUN_OUT_M = 18.0


@dataclass(frozen=True)
class Plan:
    """What to build: equal plans give equal drives, byte for byte."""

    seed: int
    houses: int = 40
    frames: int | None = None
    streets: Path | None = None
    start: tuple[float, float] | None = None
    decorated: float = 0.45
    spacing_m: float = 6.0
    setback_m: tuple[float, float] = SETBACK_M
    """How far behind the pavement the fronts stand, least and most."""
    evening: int = 0
    """Which evening: the same houses, another drive past them."""


@dataclass(frozen=True)
class World:
    """A street ready to be photographed. `strengths` are by house number."""

    plan: Plan
    plane: Plane
    lots: list[Lot]
    strengths: dict[int, float]
    scene: Scene
    poses: list[Pose]
    phones: dict[str, Phone]


def build_world(plan: Plan) -> World:
    """Route, lots, houses, displays and the car's poses. Raises StreetsError when the streets are too short."""
    plane, streets = read_streets(plan.streets)
    legs, lots = settle(plan, plane, streets)
    scene = Scene(Night(np.array([0.002, 0.0016, 0.0014]), np.array([0.0028, 0.003, 0.0036])))
    lay_streets(scene, streets, legs)
    strengths = {lot.house.number: build_lot(scene, lot, plan.seed) for lot in lots}
    furnish_streets(scene, legs, lots, np.random.default_rng([plan.seed, 3]))
    rng = np.random.default_rng([plan.seed, 4, plan.evening])
    path = drive_along(legs, stretch_past(legs, lots), rng)
    poses = poses_along(path, plan.spacing_m, rng)
    phones = {side: drive_phone(plan.seed, side, number) for number, side in enumerate(("left", "right"))}
    return World(plan, plane, lots, strengths, scene, poses[: plan.frames], phones)


def settle(plan: Plan, plane: Plane, streets: list[Street]) -> tuple[list[Leg], list[Lot]]:
    """A route and its lots; longer routes are tried until all houses find a place."""
    start = plane.to_metres(np.array([plan.start]))[0] if plan.start else None
    for attempt in range(12):
        rng = np.random.default_rng([plan.seed, 1, attempt])
        legs = find_route(streets, plan.houses * METRES_PER_HOUSE * (0.85 + 0.1 * attempt), rng, start)
        lots = place_lots(legs, streets, plan.houses, plan.decorated, rng, plan.setback_m)
        if len(lots) == plan.houses:
            return legs, lots
    raise StreetsError(f"Only {len(lots)} of {plan.houses} houses fit along these streets; ask for fewer.")


def stretch_past(legs: list[Leg], lots: list[Lot]) -> tuple[float, float]:
    """Metres along the route from shortly before the first house until the last one is well behind."""
    line = np.concatenate([legs[0].points, *(leg.points[1:] for leg in legs[1:])])
    at = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    fine = np.arange(0.0, at[-1], 1.0)
    points = np.stack([np.interp(fine, at, line[:, axis]) for axis in (0, 1)], axis=1)
    along = [float(fine[np.argmin(((points - lot.roadside) ** 2).sum(axis=1))]) for lot in lots]
    return max(min(along) - RUN_UP_M, 0.0), max(along) + RUN_OUT_M


def build_lot(scene: Scene, lot: Lot, seed: int) -> float:
    """Build one house with everything on its lot; returns the strength of its display, 0 for a plain house."""
    house = lot.house
    rng = np.random.default_rng([seed, 2, house.number])
    edges = build_house(scene.mesh, house)
    furnish(scene, house, edges, rng)
    return (
        decorate(scene, house, edges, draw_recipe(seed, house.recipe, fewest=2)) if house.decorated else 0.0
    )


def lay_streets(scene: Scene, streets: list[Street], legs: list[Leg]) -> None:
    """Pavements and roads, flat on the ground."""
    for half, paint in ((KERB_M + PAVEMENT_M, PAVEMENT), (KERB_M, ROAD)):
        for street in streets:
            for start, end in zip(street.points, street.points[1:], strict=False):
                scene.mesh.add(strip(start, end, half), paint, 0, True)


def strip(start: Line, end: Line, half_m: float) -> Line:
    """A rectangle on the ground along a stretch of street, a little longer than it, (4, 3)."""
    way = (end - start) / max(float(np.linalg.norm(end - start)), 1e-6)
    aside = np.array([-way[1], way[0]]) * half_m
    first, last = start - way * half_m * 0.5, end + way * half_m * 0.5
    corners = np.array([first + aside, last + aside, last - aside, first - aside])
    return np.concatenate([corners, np.zeros((4, 1))], axis=1)


def furnish_streets(scene: Scene, legs: list[Leg], lots: list[Lot], rng: np.random.Generator) -> None:
    """Parked cars at the kerb, driving cars, street lamps, and lights of other streets far away."""
    for leg in legs:
        for start, end in zip(leg.points, leg.points[1:], strict=False):
            furnish_stretch(scene, start, end, rng)
    put_distant_lights(scene, np.array([*lots[len(lots) // 2].roadside, 0.0]), rng)


def furnish_stretch(scene: Scene, start: Line, end: Line, rng: np.random.Generator) -> None:
    length = float(np.linalg.norm(end - start))
    way = np.array([*((end - start) / max(length, 1e-6)), 0.0])
    right = np.array([way[1], -way[0], 0.0])
    first = np.array([*start, 0.0])
    for along in np.arange(float(rng.uniform(6, 20)), length - 6, 26.0):
        side = -1.0 if rng.random() < 0.6 else 1.0
        if rng.random() < 0.45:
            put_car(scene, first + way * along + right * side * (KERB_M - 0.1), way * side, rng, lit=False)
        if rng.random() < 0.08:
            put_car(scene, first + way * (along + 8) - right * 1.8, -way, rng, lit=True)
    for along in np.arange(float(rng.uniform(4, 30)), length, 45.0):
        side = -1.0 if rng.random() < 0.5 else 1.0
        foot = first + way * along + right * side * (KERB_M + 0.5)
        put_street_lamp(scene, foot, -right * side, rng)


def drive_phone(seed: int, side: str, number: int) -> Phone:
    """The phones of a drive differ, as two old phones do; neither is out of focus or set very dark."""
    phone = lens.draw_phone(np.random.default_rng([seed, 5, number]), purple=side == "right")
    return replace(
        phone, exposure=float(np.clip(phone.exposure, 0.11, 0.2)), softness=min(phone.softness, 1.3)
    )
