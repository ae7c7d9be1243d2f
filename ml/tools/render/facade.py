"""Fronts of town buildings at night as pictures: which windows are lit, with which light, behind which blinds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.tools.render import colour
from ml.tools.render.mural import WallPicture

WALL_PAINTS = (
    (0.32, 0.3, 0.27),
    (0.25, 0.13, 0.09),
    (0.4, 0.38, 0.33),
    (0.15, 0.15, 0.16),
    (0.3, 0.22, 0.15),
)
Planes = NDArray[np.float32]


@dataclass(frozen=True)
class Manner:
    """How a kind of building looks: metres per floor and per bay, what share of its windows is lit at least and at
    most, how alike the windows of one floor are (0..1), `warmth` of their light, and the window's place in its bay as
    shares: from the left, to the right, from the top, to the bottom."""

    floor_m: float
    bay_m: float
    lit: tuple[float, float]
    alike: float
    warmth: tuple[float, float]
    window: tuple[float, float, float, float]
    blinds: float = 0.5
    balconies: bool = False
    stairwells: bool = False
    tubes: bool = False


MANNERS: dict[str, Manner] = {
    "flats": Manner(2.9, 3.2, (0.08, 0.5), 0.0, (0.25, 0.9), (0.22, 0.78, 0.2, 0.72), 0.7, stairwells=True),
    "balconies": Manner(2.9, 4.4, (0.1, 0.55), 0.0, (0.25, 0.9), (0.12, 0.88, 0.12, 0.95), 0.7, balconies=True),
    "office": Manner(3.5, 1.8, (0.1, 0.85), 0.75, (0.0, 0.6), (0.04, 0.96, 0.2, 0.8), 0.25, tubes=True),
    "glass": Manner(3.6, 1.5, (0.1, 0.9), 0.6, (0.0, 0.55), (0.03, 0.97, 0.06, 0.96), 0.2, tubes=True),
    "hotel": Manner(3.1, 3.0, (0.2, 0.6), 0.1, (0.5, 0.95), (0.18, 0.82, 0.2, 0.8), 0.5),
    "old": Manner(3.7, 2.6, (0.05, 0.45), 0.1, (0.4, 1.0), (0.3, 0.7, 0.2, 0.82), 0.6),
    "decks": Manner(3.0, 7.5, (0.85, 1.0), 0.9, (0.0, 0.95), (0.02, 0.98, 0.12, 0.62), 0.0, tubes=True),
    "dark": Manner(3.3, 3.0, (0.0, 0.06), 0.0, (0.2, 0.8), (0.25, 0.75, 0.2, 0.75), 0.5),
}  # fmt: skip


def draw_facade(
    rng: np.random.Generator, kind: str, width_m: float, height_m: float, texels_m: float = 3.0
) -> WallPicture:
    """A front of one kind of `MANNERS`, (h, w, 6), with about `texels_m` texels to the metre."""
    manner = MANNERS[kind]
    floors, bays = max(1, round(height_m / manner.floor_m)), max(1, round(width_m / manner.bay_m))
    cell = max(4, round(manner.floor_m * texels_m)), max(3, round(manner.bay_m * texels_m))
    light = window_lights(rng, manner, floors, bays)
    wall = np.array(WALL_PAINTS[int(rng.integers(len(WALL_PAINTS)))]) * rng.uniform(0.5, 1.2)
    window = window_shape(manner, cell)
    glow = spread_over(light, cell) * np.tile(window, (floors, bays))[..., None]
    glow *= behind_blinds(rng, manner, (floors, bays), cell)[..., None]
    if manner.tubes:
        glow *= np.tile(ceiling_tubes(cell), (floors, bays))[..., None]
    albedo = np.where(np.tile(window, (floors, bays))[..., None] > 0, 0.03, wall)
    if manner.balconies:
        add_balconies(rng, albedo, glow, (floors, bays), cell)
    if manner.stairwells and rng.random() < 0.6:
        add_stairwells(rng, glow, bays, cell)
    return np.concatenate([albedo, glow], axis=2).astype(np.float32)


def window_lights(rng: np.random.Generator, manner: Manner, floors: int, bays: int) -> Planes:
    """Radiance of every window, (floors, bays, 3); 0 where nobody is."""
    share = rng.uniform(*manner.lit)
    by_floor = np.repeat(rng.random((floors, 1)), bays, axis=1)
    rooms = max(1, bays // int(rng.integers(2, 7)))
    by_room = np.repeat(rng.random((floors, rooms)), -(-bays // rooms), axis=1)[:, :bays]
    lot = rng.random((floors, bays))
    alike = rng.random((floors, bays)) < manner.alike
    lit = np.where(alike, np.where(rng.random() < 0.5, by_floor, by_room), lot) < share
    house_warmth = rng.uniform(*manner.warmth)
    span = 0.1 if manner.alike > 0.5 else 0.35
    warmth = np.clip(rng.normal(house_warmth, span, (floors, bays)), 0, 1)
    tints = np.array([colour.kelvin_tint(step) for step in np.linspace(0, 1, 17)])
    tint = tints[(warmth * 16).astype(int)]
    screens = rng.random((floors, bays)) < (0.05 if manner.alike < 0.5 else 0.0)
    tint[screens] = (0.3, 0.45, 1.0)
    tinted = rng.random((floors, bays)) < (0.02 if manner.alike < 0.5 else 0.0)
    tint[tinted] = rng.uniform(0.05, 1.0, (int(tinted.sum()), 3))
    spread = 0.25 if manner.alike > 0.5 else 0.75
    power = np.exp(rng.normal(rng.normal(-0.1, 0.6), spread, (floors, bays)))
    return np.asarray(tint * (power * lit)[..., None], dtype=np.float32)


def window_shape(manner: Manner, cell: tuple[int, int]) -> Planes:
    """Share of glass in one bay, (cell height, cell width): an opening with a mullion where there is room for one."""
    y, x = ((np.arange(size) + 0.5) / size for size in cell)
    left, right, top, bottom = manner.window
    shape = np.outer((y > top) & (y < bottom), (x > left) & (x < right)).astype(np.float32)
    if cell[1] >= 8 and not manner.tubes:
        shape[:, cell[1] // 2] = 0
    return shape


def behind_blinds(
    rng: np.random.Generator, manner: Manner, count: tuple[int, int], cell: tuple[int, int]
) -> Planes:
    """Share of a room's light that gets out, (h, w): blinds drawn down from the top, curtains from the sides."""
    y = np.tile((np.arange(cell[0]) + 0.5) / cell[0], count[0])[:, None]
    x = np.tile((np.arange(cell[1]) + 0.5) / cell[1], count[1])[None, :]
    drawn = rng.random(count) < manner.blinds
    down = np.where(drawn, rng.uniform(0.2, 0.9, count), 0.0)
    sides = np.where(rng.random(count) < manner.blinds * 0.5, rng.uniform(0.3, 0.48, count), 0.0)
    through = rng.uniform(0.1, 0.6, count)
    covered = (y < spread_over(down, cell)) | (np.abs(x - 0.5) > 0.5 - spread_over(sides, cell) + 0.12)
    grain = rng.uniform(0.88, 1.08, (count[0] * cell[0], count[1] * cell[1]))
    return np.asarray(np.where(covered, spread_over(through, cell), 1.0) * grain, dtype=np.float32)


def ceiling_tubes(cell: tuple[int, int]) -> Planes:
    """Office rooms, (cell height, cell width): tubes under the ceiling, darker walls, desks before the light."""
    y, x = ((np.arange(size) + 0.5) / size for size in cell)
    room = np.repeat((1.2 - 0.7 * y)[:, None], cell[1], axis=1)
    if cell[0] >= 10:
        room[np.ix_((y > 0.24) & (y < 0.34), (x > 0.2) & (x < 0.8))] = 3.0
        room[np.ix_(y > 0.74, x > 0.35)] *= 0.35
    return room.astype(np.float32)


def spread_over(per_bay: NDArray[np.float64] | Planes, cell: tuple[int, int]) -> Planes:
    """Values per bay (floors, bays, …) repeated over the texels of each bay."""
    return np.asarray(np.repeat(np.repeat(per_bay, cell[0], axis=0), cell[1], axis=1), dtype=np.float32)


def add_balconies(
    rng: np.random.Generator,
    albedo: NDArray[np.float64],
    glow: Planes,
    count: tuple[int, int],
    cell: tuple[int, int],
) -> None:
    """Parapets before the lower part of the windows, of plates or of bars that let light through."""
    through = float(rng.choice([0.0, 0.08, 0.5]))
    paint = rng.uniform(0.15, 0.6)
    every = int(rng.integers(1, 4))
    for bay in range(int(rng.integers(every)), count[1], every):
        columns = slice(bay * cell[1], (bay + 1) * cell[1])
        for floor in range(count[0]):
            low = slice(floor * cell[0] + int(cell[0] * 0.62), (floor + 1) * cell[0])
            albedo[low, columns] = paint
            glow[low, columns] *= through


def add_stairwells(rng: np.random.Generator, glow: Planes, bays: int, cell: tuple[int, int]) -> None:
    """Columns of windows that are all lit alike, half a floor lower than the others."""
    light = colour.kelvin_tint(float(rng.uniform(0, 0.8))) * float(np.exp(rng.normal(-0.4, 0.5)))
    every = int(rng.integers(4, 9))
    for bay in range(int(rng.integers(every)), bays, every):
        columns = slice(bay * cell[1], (bay + 1) * cell[1])
        middle = slice(bay * cell[1] + cell[1] // 3, (bay + 1) * cell[1] - cell[1] // 3)
        glow[:, columns] = 0
        for top in range(cell[0] // 2, len(glow), cell[0]):
            glow[top + cell[0] // 4 : top + cell[0] * 3 // 4, middle] = light
