"""Flat pictures that stand in the street: trees, shrubs and inflatable figures, made once and drawn at any size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from ml.tools.render.mesh import Points

Shape = tuple[str, tuple[float, ...], tuple[float, float, float]]


@dataclass(frozen=True)
class Stamp:
    """Cover (h, w) uint8 0..255, paint (h, w, 3) linear albedo and glow (h, w, 3) linear radiance, top row first."""

    cover: NDArray[np.uint8]
    albedo: NDArray[np.float32]
    glow: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Billboard:
    """A stamp standing upright on `foot` (3,). It turns towards the camera, or keeps its `right` axis if it has one."""

    foot: Points
    width_m: float
    height_m: float
    stamp: Stamp
    house: int = 0
    festive: bool = False
    right: Points | None = None
    glow: float = 1.0


@lru_cache(maxsize=64)
def leaves(kind: str, number: int) -> Stamp:
    """A tree crown with trunk ("tree", "palm", "fir") or a rounded "shrub", one of many per kind."""
    rng = np.random.default_rng([number, len(kind)])
    size = (160, 160)
    cover = Image.new("L", size)
    pen = ImageDraw.Draw(cover)
    {"tree": draw_tree, "palm": draw_palm, "fir": draw_fir, "shrub": draw_shrub}[kind](pen, rng)
    grain = rng.normal(1, 0.45, (40, 40)).clip(0.15, 2.2).astype(np.float32)
    shade = np.asarray(Image.fromarray(grain).resize(size, Image.Resampling.BICUBIC))
    green = np.array([0.055, 0.075, 0.03]) * rng.uniform(0.6, 1.5)
    return Stamp(np.asarray(cover), (shade[..., None] * green).clip(0.004, 0.5).astype(np.float32))


def blob(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


def draw_tree(pen: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    pen.polygon([(75, 160), (77, 80), (83, 80), (86, 160)], fill=255)
    for _ in range(7):
        pen.line((80, 110, *(80 + rng.normal(0, 28), rng.uniform(30, 80))), fill=255, width=2)
    for _ in range(260):
        angle, reach = rng.uniform(0, 2 * np.pi), 62 * np.sqrt(rng.random())
        blob(pen, 80 + reach * np.cos(angle) * 1.05, 58 + reach * np.sin(angle) * 0.82, rng.uniform(2, 7))


def draw_palm(pen: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    pen.line([(80, 160), (82, 110), (79, 40)], fill=255, width=4)
    for angle in rng.uniform(-0.4, np.pi + 0.4, 26):
        reach = rng.uniform(25, 45)
        x, y = 79 + reach * np.cos(angle), 40 - reach * 0.5 * np.sin(angle)
        pen.line([(79, 40), ((79 + x) / 2, min(40, y) - 6), (x, y + rng.uniform(4, 22))], fill=255, width=2)


def draw_fir(pen: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    pen.rectangle((77, 140, 83, 160), fill=255)
    for y in np.linspace(8, 145, 34):
        wide = 4 + (y - 8) * 0.42 * rng.uniform(0.8, 1.15)
        pen.polygon([(80 - wide, y + 8), (80, y - 5), (80 + wide, y + 8)], fill=255)


def draw_shrub(pen: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    for _ in range(230):
        angle, reach = rng.uniform(0, np.pi), 70 * np.sqrt(rng.random())
        blob(pen, 80 + reach * np.cos(angle), 156 - reach * np.sin(angle) * 1.9, rng.uniform(3, 9))


WHITE = (0.9, 0.9, 0.9)
RED = (0.85, 0.04, 0.03)
SKIN = (0.9, 0.55, 0.4)
BLACK = (0.02, 0.02, 0.02)
GREEN = (0.04, 0.5, 0.08)
BROWN = (0.4, 0.18, 0.06)
GOLD = (0.9, 0.6, 0.05)
BLUE = (0.1, 0.25, 0.8)
ORANGE = (0.9, 0.3, 0.02)

INFLATABLES: dict[str, tuple[Shape, ...]] = {
    "santa": (
        ("ellipse", (18, 52, 82, 118), RED), ("rectangle", (24, 92, 76, 99), BLACK), ("rectangle", (45, 91, 55, 100), GOLD),
        ("ellipse", (32, 26, 68, 60), SKIN), ("ellipse", (30, 40, 70, 74), WHITE), ("ellipse", (38, 32, 62, 50), SKIN),
        ("polygon", (30, 32, 70, 32, 58, 2), RED), ("ellipse", (52, 0, 66, 12), WHITE), ("rectangle", (28, 30, 72, 37), WHITE),
        ("ellipse", (6, 62, 30, 80), RED), ("ellipse", (70, 62, 94, 80), RED), ("ellipse", (22, 112, 46, 126), BLACK),
        ("ellipse", (54, 112, 78, 126), BLACK),
    ),
    "snowman": (
        ("ellipse", (16, 64, 84, 126), WHITE), ("ellipse", (25, 34, 75, 80), WHITE), ("ellipse", (32, 8, 68, 44), WHITE),
        ("rectangle", (28, 12, 72, 16), BLACK), ("rectangle", (36, 0, 64, 14), BLACK), ("rectangle", (28, 40, 72, 48), RED),
        ("rectangle", (58, 44, 66, 70), RED), ("ellipse", (41, 20, 45, 24), BLACK), ("ellipse", (55, 20, 59, 24), BLACK),
        ("polygon", (48, 27, 50, 31, 64, 29), ORANGE),
    ),
    "penguin": (
        ("ellipse", (20, 30, 80, 124), BLACK), ("ellipse", (30, 52, 70, 120), WHITE),
        ("ellipse", (28, 12, 72, 54), BLACK),
        ("ellipse", (34, 24, 66, 50), WHITE), ("polygon", (44, 38, 56, 38, 50, 46), ORANGE),
        ("polygon", (28, 20, 72, 20, 60, 0), RED),
        ("rectangle", (24, 54, 76, 61), GREEN),
    ),
    "tree": (
        ("polygon", (50, 4, 12, 62, 88, 62), GREEN), ("polygon", (50, 28, 6, 112, 94, 112), GREEN),
        ("ellipse", (42, 0, 58, 14), GOLD), ("ellipse", (30, 44, 40, 54), RED), ("ellipse", (58, 66, 70, 78), BLUE),
        ("ellipse", (24, 84, 36, 96), GOLD), ("ellipse", (48, 88, 58, 98), RED), ("rectangle", (40, 112, 60, 126), BROWN),
    ),
    "presents": (
        ("rectangle", (4, 70, 50, 126), RED), ("rectangle", (24, 70, 31, 126), GOLD), ("rectangle", (52, 84, 96, 126), GREEN),
        ("rectangle", (70, 84, 77, 126), WHITE), ("rectangle", (24, 36, 72, 70), BLUE), ("rectangle", (44, 36, 51, 70), WHITE),
    ),
    "grinch": (
        ("ellipse", (22, 48, 78, 124), RED), ("ellipse", (30, 18, 70, 60), GREEN), ("polygon", (30, 26, 70, 26, 62, 2), RED),
        ("rectangle", (28, 24, 72, 31), WHITE), ("ellipse", (38, 34, 47, 42), GOLD), ("ellipse", (53, 34, 62, 42), GOLD),
        ("rectangle", (24, 84, 76, 91), WHITE), ("ellipse", (8, 58, 30, 76), GREEN), ("ellipse", (70, 58, 92, 76), GREEN),
    ),
}  # fmt: skip


@lru_cache(maxsize=16)
def inflatable(kind: str) -> Stamp:
    """A cloth figure lit from inside: brighter at its foot, darker at its seams."""
    cover, paint = Image.new("L", (100, 128)), Image.new("RGB", (100, 128))
    cover_pen, paint_pen = ImageDraw.Draw(cover), ImageDraw.Draw(paint)
    for shape, box, colour in INFLATABLES[kind]:
        getattr(cover_pen, shape)(box, fill=255)
        getattr(paint_pen, shape)(box, fill=tuple(int(255 * part) for part in colour))
    soft = np.asarray(paint.filter(ImageFilter.GaussianBlur(1.2))).astype(np.float32) / np.float32(255)
    depth = np.asarray(cover.filter(ImageFilter.GaussianBlur(7)), dtype=np.float32) / 255
    rise = np.linspace(0.55, 1.3, 128, dtype=np.float32)[:, None]
    glow = soft * (0.25 + 0.75 * depth**2 * rise)[..., None]
    return Stamp(np.asarray(cover), (soft * 0.6).astype(np.float32), glow.astype(np.float32))
