"""Puts a house together: walls, roofs, doors, windows, and the edges along which lights can be hung."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import numpy as np

from ml.tools.render.house import House, Style, Wing
from ml.tools.render.mesh import Frame3, Mesh, Paint, Points

OVERHANG_M = 0.45
Local = tuple[float, float, float]


@dataclass
class Edges:
    """Polylines in world metres where lights are hung, each (n, 3)."""

    eaves: list[Points] = field(default_factory=list)
    rakes: list[Points] = field(default_factory=list)
    ridges: list[Points] = field(default_factory=list)
    garage_door: list[Points] = field(default_factory=list)
    windows: list[Points] = field(default_factory=list)
    posts: list[Points] = field(default_factory=list)
    fence: list[Points] = field(default_factory=list)
    lawn_x: tuple[float, float] = (-4.0, 4.0)


def frame_of(house: House) -> Frame3:
    return Frame3.facing(house.east_m, house.north_m, house.out_deg)


def build_house(mesh: Mesh, house: House) -> Edges:
    """Add the house's faces to the mesh; returns the edges for its lights."""
    style, frame, edges = house.style, frame_of(house), Edges()
    wings = [style.main] + ([style.garage] if style.garage else [])
    for wing in wings:
        add_walls(mesh, frame, wing, style, house.number)
        add_roof(mesh, frame, wing, style, house.number, edges)
    rng = np.random.default_rng(style.seed)
    add_openings(mesh, frame, style, house.number, edges, rng)
    if style.garage:
        add_garage_door(mesh, frame, style, house.number, edges)
    add_ground(mesh, frame, house)
    edges.lawn_x = lawn_of(style)
    return edges


def lawn_of(style: Style) -> tuple[float, float]:
    """The stretch in front of the house that is not the driveway, in the house's frame."""
    low, high = style.main.x0, style.main.x1
    if style.garage is None:
        return low, high
    return (style.garage.x1, high) if style.garage.x0 <= low + 0.1 else (low, style.garage.x0)


def wall_paint(style: Style) -> Paint:
    return Paint(style.wall, boards_m=style.boards_m, groove=0.25, grain=0.07)


def add_walls(mesh: Mesh, frame: Frame3, wing: Wing, style: Style, number: int) -> None:
    """Four walls, and the triangle under a gable that faces the street."""
    paint = wall_paint(style)
    mesh.add_box(frame, (wing.x0, wing.y_back, 0), (wing.x1, wing.y_front, wing.eave_m), paint, number)
    middle, top = (wing.x0 + wing.x1) / 2, wing.eave_m + rise_of(wing)
    if wing.roof == "gable_front":
        gable = [(wing.x0, wing.y_front, wing.eave_m), (wing.x1, wing.y_front, wing.eave_m)]
        mesh.add(frame.place([*gable, (middle, wing.y_front, top)]), paint, number)
    if wing.roof == "gable_side":
        across = (wing.y_front + wing.y_back) / 2
        for x in (wing.x0, wing.x1):
            ends = [(x, wing.y_front, wing.eave_m), (x, wing.y_back, wing.eave_m), (x, across, top)]
            mesh.add(frame.place(ends), paint, number)


def rise_of(wing: Wing) -> float:
    """Height of the ridge above the eave."""
    if wing.roof == "flat":
        return 0.25
    span = wing.x1 - wing.x0 if wing.roof == "gable_front" else wing.y_front - wing.y_back
    return wing.pitch * span / 2


def add_roof(mesh: Mesh, frame: Frame3, wing: Wing, style: Style, number: int, edges: Edges) -> None:
    """Roof planes, a trim board along the front edge, and the edges for lights."""
    tiles = Paint(style.roof_paint, boards_m=0.3, groove=0.25, grain=0.3, grain_m=0.3)
    lines = {"gable_front": gable_front, "gable_side": gable_side, "hip": hip, "flat": flat}[wing.roof](wing)
    for plane in lines.planes:
        mesh.add(frame.place(plane), tiles, number)
    trim = Paint(style.trim, grain=0.05)
    for line in lines.eaves + lines.rakes:
        for start, end in itertools.pairwise(line):
            mesh.add(frame.place(board_below(start, end)), trim, number)
    edges.eaves += [frame.place(line) for line in lines.eaves]
    edges.rakes += [frame.place(line) for line in lines.rakes]
    edges.ridges += [frame.place(line) for line in lines.ridges]


def board_below(start: Local, end: Local) -> list[Local]:
    """A board 20 cm high under an edge of the roof, just in front of it."""
    y0, y1 = start[1] + 0.03, end[1] + 0.03
    top: list[Local] = [(start[0], y0, start[2] + 0.02), (end[0], y1, end[2] + 0.02)]
    return [*top, (end[0], y1, end[2] - 0.18), (start[0], y0, start[2] - 0.18)]


@dataclass(frozen=True)
class RoofLines:
    planes: list[list[Local]]
    eaves: list[list[Local]]
    rakes: list[list[Local]]
    ridges: list[list[Local]]


def overhung(wing: Wing) -> tuple[float, float, float, float, float, float]:
    """x0, x1, back, front, eave height and ridge height of the roof with its overhang."""
    drop = 0.0 if wing.roof == "flat" else wing.pitch * OVERHANG_M
    return (
        wing.x0 - OVERHANG_M, wing.x1 + OVERHANG_M, wing.y_back - OVERHANG_M, wing.y_front + OVERHANG_M,
        wing.eave_m - drop, wing.eave_m + rise_of(wing),
    )  # fmt: skip


def gable_front(wing: Wing) -> RoofLines:
    x0, x1, back, front, eave, top = overhung(wing)
    middle = (x0 + x1) / 2
    left: list[Local] = [(x0, front, eave), (middle, front, top), (middle, back, top), (x0, back, eave)]
    right: list[Local] = [(x1, front, eave), (middle, front, top), (middle, back, top), (x1, back, eave)]
    rake: list[Local] = [(x0, front, eave), (middle, front, top), (x1, front, eave)]
    return RoofLines([left, right], [], [rake], [])


def gable_side(wing: Wing) -> RoofLines:
    x0, x1, back, front, eave, top = overhung(wing)
    middle = (front + back) / 2
    street: list[Local] = [(x0, front, eave), (x1, front, eave), (x1, middle, top), (x0, middle, top)]
    yard: list[Local] = [(x0, back, eave), (x1, back, eave), (x1, middle, top), (x0, middle, top)]
    return RoofLines([street, yard], [street[:2]], [], [[(x0, middle, top), (x1, middle, top)]])


def hip(wing: Wing) -> RoofLines:
    x0, x1, back, front, eave, top = overhung(wing)
    middle, inset = (front + back) / 2, min((front - back) / 2, (x1 - x0) / 2 - 0.3)
    left, right = (x0 + inset, middle, top), (x1 - inset, middle, top)
    street: list[Local] = [(x0, front, eave), (x1, front, eave), right, left]
    yard: list[Local] = [(x0, back, eave), (x1, back, eave), right, left]
    ends: list[list[Local]] = [
        [(x0, front, eave), left, (x0, back, eave)],
        [(x1, front, eave), right, (x1, back, eave)],
    ]
    return RoofLines([street, yard, *ends], [street[:2]], [], [[left, right]])


def flat(wing: Wing) -> RoofLines:
    x0, x1, back, front, eave, _ = overhung(wing)
    slab: list[Local] = [
        (x0, front, eave),
        (x1, front, eave),
        (x1, back, eave + 0.25),
        (x0, back, eave + 0.25),
    ]
    return RoofLines([slab], [slab[:2]], [], [])


WINDOW_LIGHTS: tuple[tuple[float, float, float], ...] = (
    (1.0, 0.62, 0.27),
    (1.0, 0.70, 0.36),
    (1.0, 0.50, 0.16),
    (0.85, 0.95, 1.0),
    (1.0, 0.16, 0.08),
    (0.25, 0.35, 1.0),
    (0.75, 0.2, 0.9),
)
WINDOW_ODDS = (0.42, 0.24, 0.16, 0.1, 0.03, 0.03, 0.02)


def window_paint(rng: np.random.Generator) -> Paint:
    """Mostly dark glass; else a lit room behind blinds or curtains, now and then a coloured one or a screen."""
    if rng.random() < 0.62:
        return Paint((0.03, 0.03, 0.035), gloss=0.25, grain=0.02)
    tint = WINDOW_LIGHTS[int(rng.choice(len(WINDOW_LIGHTS), p=WINDOW_ODDS))]
    bright = float(np.exp(rng.normal(-1.1, 1.0)))
    blinds = float(rng.choice([0.0, 0.09, 0.12]))
    curtains = float(rng.choice([0.0, 0.22])) if blinds == 0 else 0.0
    emission = (tint[0] * bright, tint[1] * bright, tint[2] * bright)
    return Paint((0.3, 0.3, 0.3), emission, blinds, curtains, groove=0.45, grain=0.2, grain_m=1.4)


def add_openings(
    mesh: Mesh, frame: Frame3, style: Style, number: int, edges: Edges, rng: np.random.Generator
) -> None:
    """The front door and the windows of every storey."""
    front = style.main.y_front + 0.02
    trim = Paint(style.trim, grain=0.05)
    door = Paint(tuple(rng.uniform(0.03, 0.3, 3)), panels_m=0.45, groove=0.3)
    mesh.add_panel(frame, (style.door_x - 0.55, style.door_x + 0.55), (0, 2.2), front, trim, number)
    mesh.add_panel(frame, (style.door_x - 0.47, style.door_x + 0.47), (0, 2.1), front + 0.02, door, number)
    floors = [1.5] + ([4.1] if style.main.eave_m > 4 else [])
    for storey, middle_z in enumerate(floors):
        places = style.windows if storey == 0 else (*style.windows, style.door_x)
        for x in places:
            wide, high = rng.uniform(0.45, 1.0), rng.uniform(0.45, 0.7)
            add_window(mesh, frame, (x, middle_z, wide, high), front, trim, window_paint(rng), number, edges)


def add_window(
    mesh: Mesh,
    frame: Frame3,
    hole: tuple[float, float, float, float],
    y: float,
    trim: Paint,
    glass: Paint,
    number: int,
    edges: Edges,
) -> None:
    """One window: x and z of its middle, half width and half height; frame, glass and a mullion."""
    x, z, wide, high = hole
    mesh.add_panel(
        frame, (x - wide - 0.08, x + wide + 0.08), (z - high - 0.08, z + high + 0.08), y, trim, number
    )
    mesh.add_panel(frame, (x - wide, x + wide), (z - high, z + high), y + 0.02, glass, number)
    mesh.add_panel(frame, (x - 0.03, x + 0.03), (z - high, z + high), y + 0.03, trim, number)
    ring = [(x - wide, z - high), (x - wide, z + high), (x + wide, z + high), (x + wide, z - high)]
    edges.windows.append(frame.place([(px, y + 0.06, pz) for px, pz in [*ring, ring[0]]]))


def add_garage_door(mesh: Mesh, frame: Frame3, style: Style, number: int, edges: Edges) -> None:
    """A wide panelled door, sometimes with a row of small lights of glass."""
    wing = style.garage
    if wing is None:
        return
    x0, x1, y = wing.x0 + 0.5, wing.x1 - 0.5, wing.y_front + 0.02
    white = Paint((0.66, 0.64, 0.6), boards_m=0.53, panels_m=(x1 - x0) / 8, groove=0.18, grain=0.06)
    mesh.add_panel(frame, (x0 - 0.1, x1 + 0.1), (0, 2.22), y, Paint(style.trim), number)
    mesh.add_panel(frame, (x0, x1), (0, 2.12), y + 0.02, white, number)
    if style.seed % 3 == 0:
        lit = (1.2, 0.9, 0.55) if style.seed % 5 == 0 else (0.0, 0.0, 0.0)
        glass = Paint((0.03, 0.03, 0.03), lit, gloss=0.2, grain=0.05)
        for left in np.linspace(x0 + 0.15, x1 - 0.65, 6):
            mesh.add_panel(frame, (left, left + 0.5), (1.7, 2.0), y + 0.03, glass, number)
    outline = [(x0 - 0.15, y + 0.08, 0.05), (x0 - 0.15, y + 0.08, 2.3), (x1 + 0.15, y + 0.08, 2.3)]
    edges.garage_door.append(frame.place([*outline, (x1 + 0.15, y + 0.08, 0.05)]))


def add_ground(mesh: Mesh, frame: Frame3, house: House) -> None:
    """Driveway and path from the house to the street, flat on the ground."""
    style, to_kerb = house.style, house.setback_m
    concrete = Paint((0.34, 0.32, 0.29), grain=0.12, grain_m=0.8, panels_m=2.4, groove=0.12, wets=True)
    if style.garage:
        x0, x1, y0 = style.garage.x0 + 0.2, style.garage.x1 - 0.2, style.garage.y_front
        mesh.add(
            frame.place([(x0, y0, 0), (x1, y0, 0), (x1, to_kerb, 0), (x0, to_kerb, 0)]), concrete, 0, True
        )
    x = style.door_x
    path = [(x - 0.6, 0, 0), (x + 0.6, 0, 0), (x + 0.6, to_kerb, 0), (x - 0.6, to_kerb, 0)]
    mesh.add(frame.place(path), concrete, 0, True)
