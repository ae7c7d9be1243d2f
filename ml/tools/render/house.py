"""What a house is like: its shape, paint and everyday lamps, drawn by lot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Rgb = tuple[float, float, float]
WALLS: tuple[Rgb, ...] = (
    (0.55, 0.50, 0.42),
    (0.62, 0.58, 0.52),
    (0.42, 0.38, 0.33),
    (0.50, 0.40, 0.28),
    (0.33, 0.36, 0.40),
    (0.60, 0.60, 0.60),
    (0.36, 0.24, 0.18),
    (0.45, 0.47, 0.38),
)
ROOFS: tuple[Rgb, ...] = ((0.10, 0.09, 0.08), (0.16, 0.10, 0.07), (0.07, 0.07, 0.08), (0.20, 0.17, 0.14))
ROOF_KINDS = ("gable_front", "gable_side", "gable_side", "hip", "hip", "flat")


@dataclass(frozen=True)
class Wing:
    """A part of a house under one roof, in the house's frame: metres from its middle, y towards the street."""

    x0: float
    x1: float
    y_back: float
    y_front: float
    eave_m: float
    roof: str
    pitch: float


@dataclass(frozen=True)
class Style:
    """Shape and paint of a house. `garage` is None for a house without one."""

    name: str
    main: Wing
    garage: Wing | None
    wall: Rgb
    roof_paint: Rgb
    trim: Rgb
    boards_m: float
    windows: tuple[float, ...]
    door_x: float
    fence: str
    seed: int


@dataclass(frozen=True)
class House:
    """One house on its lot. `number` counts from 1; the place is the middle of its front, facing `out_deg`."""

    number: int
    east_m: float
    north_m: float
    out_deg: float
    setback_m: float
    style: Style
    recipe: int
    """Number of the display's recipe, 0 for a plain house; equal recipes look alike."""

    @property
    def decorated(self) -> bool:
        return self.recipe > 0


def draw_style(rng: np.random.Generator) -> Style:
    """A house front 9-15 m wide, in one of the shapes that stand along suburban streets."""
    width = float(rng.uniform(9, 14))
    storeys = 2 if rng.random() < 0.32 else 1
    eave = float(rng.uniform(2.5, 2.9)) + (2.7 if storeys == 2 else 0)
    main = Wing(
        -width / 2, width / 2, -float(rng.uniform(7, 10)), 0.0, eave, str(rng.choice(ROOF_KINDS)),
        float(rng.uniform(0.28, 0.55)),
    )  # fmt: skip
    side = -1 if rng.random() < 0.5 else 1
    garage = draw_garage(rng, main, side) if rng.random() < 0.8 else None
    shade = float(rng.uniform(0.7, 1.15))
    wall = WALLS[int(rng.integers(len(WALLS)))]
    free = (-width / 2 + 1.2, width / 2 - 1.2)
    if garage is not None:
        free = (garage.x1 + 0.9, free[1]) if side < 0 else (free[0], garage.x0 - 0.9)
    door_x, windows = draw_openings(rng, free)
    return Style(
        name=f"{main.roof}_{storeys}",
        main=main,
        garage=garage,
        wall=(wall[0] * shade, wall[1] * shade, wall[2] * shade),
        roof_paint=ROOFS[int(rng.integers(len(ROOFS)))],
        trim=(0.7, 0.68, 0.63) if rng.random() < 0.7 else (0.2, 0.18, 0.16),
        boards_m=float(rng.choice([0.0, 0.0, 0.18, 0.25])),
        windows=windows,
        door_x=door_x,
        fence=str(rng.choice(["none", "none", "picket", "wall", "hedge"])),
        seed=int(rng.integers(1 << 31)),
    )


def draw_garage(rng: np.random.Generator, main: Wing, side: int) -> Wing:
    """A garage wing that stands out towards the street at one end of the house."""
    wide = float(rng.uniform(4.6, 6.2))
    out = float(rng.choice([0.15, rng.uniform(1.0, 4.5)]))
    x0 = main.x0 if side < 0 else main.x1 - wide
    roof = str(rng.choice(["gable_front", "gable_front", "hip", "gable_side", "flat"]))
    return Wing(x0, x0 + wide, -5.5, out, float(rng.uniform(2.5, 2.9)), roof, float(rng.uniform(0.3, 0.5)))


def draw_openings(rng: np.random.Generator, free: tuple[float, float]) -> tuple[float, tuple[float, ...]]:
    """The middle of the front door and of the windows within a stretch of wall."""
    low, high = free
    slots = np.linspace(low, high, max(2, int((high - low) / 2.3) + 1))
    door = int(rng.integers(len(slots)))
    return float(slots[door]), tuple(float(x) for number, x in enumerate(slots) if number != door)
