"""Lit signs with strokes like letters, neon, and the fronts of shops, as pictures on walls."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from ml.tools.render import colour
from ml.tools.render.mural import WallPicture

TEXELS_M = 28.0
WIDEST = 640
GRID = (
    (0.0, 0.0),
    (0.5, 0.0),
    (1.0, 0.0),
    (0.0, 0.5),
    (0.5, 0.5),
    (1.0, 0.5),
    (0.0, 1.0),
    (0.5, 1.0),
    (1.0, 1.0),
)
LETTERS = (
    (6, 0, 2, 5, 3), (2, 0, 3, 6, 8), (0, 6, 8), (0, 2, 1, 7), (6, 0, 4, 2, 8), (6, 0, 8, 2), (0, 2, 8, 6, 0),
    (2, 0, 3, 5, 8, 6), (0, 6, 8, 2), (0, 7, 2), (6, 1, 8, 5, 3), (8, 6, 0, 2, 5, 3), (0, 3, 5, 2, 8), (1, 7),
    (0, 3, 6, 3, 2, 3, 8), (2, 0, 6, 8, 5, 4),
)  # fmt: skip
SIGN_COLOURS: tuple[colour.Rgb, ...] = (
    colour.RED, colour.RED, colour.COOL_WHITE, colour.COOL_WHITE, colour.WARM_WHITE, colour.BLUE, colour.GREEN,
    colour.YELLOW, colour.AMBER, colour.PINK, colour.TEAL, colour.PURPLE,
)  # fmt: skip


def draw_sign(rng: np.random.Generator, width_m: float, height_m: float) -> WallPicture:
    """A lit sign (h, w, 6): a light box, letters of their own light, or tubes of neon."""
    texels_m = min(TEXELS_M, WIDEST / max(width_m, height_m))
    size = max(12, round(width_m * texels_m)), max(12, round(height_m * texels_m))
    kind = str(rng.choice(["box", "box", "letters", "letters", "neon"]))
    ink, ground = any_colour(rng), any_colour(rng)
    strokes = letters(rng, size, thin=kind == "neon")
    power = float(np.exp(rng.normal(0.9, 0.6)))
    if kind == "box":
        over = np.array((0.02, 0.02, 0.03)) if rng.random() < 0.5 else ink * 2.0
        glow = ground * (1 - strokes[..., None]) + over * strokes[..., None]
        return on_wall(glow * power * 0.7)
    halo = np.asarray(
        Image.fromarray((strokes * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(size[1] / 9))
    )
    rim = frame_of(size) * (kind == "neon" and rng.random() < 0.5)
    glow = ink * (strokes * 2.2 + halo / 255 * 0.25)[..., None] + ground * (rim * 2.0)[..., None]
    return on_wall(glow * power)


def any_colour(rng: np.random.Generator) -> NDArray[np.float64]:
    return np.array(SIGN_COLOURS[int(rng.integers(len(SIGN_COLOURS)))])


def on_wall(glow: NDArray[np.float64]) -> WallPicture:
    return np.concatenate([np.full(glow.shape, 0.08), glow], axis=2).astype(np.float32)


def frame_of(size: tuple[int, int]) -> NDArray[np.float64]:
    """A thin tube around the edge of a sign, (h, w) 0..1."""
    picture = Image.new("L", size)
    ImageDraw.Draw(picture).rectangle((2, 2, size[0] - 3, size[1] - 3), outline=255, width=1 + size[1] // 40)
    return np.asarray(picture) / 255.0


def letters(rng: np.random.Generator, size: tuple[int, int], thin: bool) -> NDArray[np.float64]:
    """One or two rows, or an upright column, of strokes like letters, (h, w) 0..1."""
    wide, high = size
    picture = Image.new("L", size)
    pen = ImageDraw.Draw(picture)
    if high > 1.5 * wide:
        step = wide * 0.9
        boxes = [
            (wide * 0.22, y, wide * 0.56, step * 0.72) for y in np.arange(step * 0.2, high - step * 0.8, step)
        ]
    else:
        rows = 2 if high > 40 and rng.random() < 0.25 else 1
        boxes = [box for row in range(rows) for box in row_of_letters(rng, wide, high / rows, row)]
    if rng.random() < 0.25 and boxes:
        x, y, w, h = boxes.pop(0)
        pen.ellipse(
            (x, y, x + max(w, h * 0.9), y + h), fill=0 if thin else 255, outline=255, width=max(1, high // 18)
        )
    weight = max(
        1,
        round(
            min(box[3] for box in boxes or [(0, 0, 0, high)]) * (0.08 if thin else rng.uniform(0.12, 0.24))
        ),
    )
    for x, y, w, h in boxes:
        shape = LETTERS[int(rng.integers(len(LETTERS)))]
        pen.line(
            [(x + GRID[n][0] * w, y + GRID[n][1] * h) for n in shape], fill=255, width=weight, joint="curve"
        )
    return np.asarray(picture) / 255.0


def row_of_letters(
    rng: np.random.Generator, wide: int, high: float, row: int
) -> list[tuple[float, float, float, float]]:
    """Boxes (x, y, w, h) of the letters of one line, with gaps between words."""
    tall = high * float(rng.uniform(0.45, 0.65))
    step, top = tall * float(rng.uniform(0.7, 0.95)), row * high + (high - tall) / 2
    boxes, x, stop = [], wide * float(rng.uniform(0.05, 0.2)), wide * float(rng.uniform(0.75, 0.95))
    while x + step < stop:
        if rng.random() > 0.12:
            boxes.append((x, top, step * 0.68, tall))
        x += step
    return boxes


def draw_shops(rng: np.random.Generator, width_m: float, height_m: float, open_share: float) -> WallPicture:
    """The ground floor of a town building: shop windows with goods, doors, shutters and a band for signs."""
    texels_m = 14.0
    wide, high = max(16, round(width_m * texels_m)), max(16, round(height_m * texels_m))
    glow, albedo = np.zeros((high, wide, 3)), np.full((high, wide, 3), rng.uniform(0.08, 0.3))
    x = 0
    while x < wide:
        shop = x + int(rng.uniform(4, 10) * texels_m)
        shop = wide if wide - shop < 3 * texels_m else shop
        pane = (
            slice(int(high * 0.34), int(high * rng.uniform(0.86, 0.97))),
            slice(x + 6, max(shop - 6, x + 7)),
        )
        albedo[pane] = 0.03
        if rng.random() < open_share:
            glow[pane] = shop_light(rng, glow[pane].shape[:2])
        elif rng.random() < 0.5:
            albedo[pane] = 0.35
        if rng.random() < open_share and shop - x > 40:
            band = slice(int(high * 0.08), int(high * 0.28))
            sign = draw_sign(rng, (shop - x) / texels_m, (band.stop - band.start) / texels_m)
            glow[band, x:shop] = enlarged(sign[..., 3:], (shop - x, band.stop - band.start))
        x = shop
    return np.concatenate([albedo, glow], axis=2).astype(np.float32)


def shop_light(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float64]:
    """What is seen through a lit shop window: a bright room, shelves, goods, posters and the bars of the window."""
    tint = colour.kelvin_tint(float(rng.uniform(0.1, 0.85))) * float(np.exp(rng.normal(0.2, 0.6)))
    room = np.linspace(1.25, 0.45, shape[0])[:, None, None] * tint * np.ones((1, shape[1], 1))
    for _ in range(int(rng.integers(4, 26))):
        x, y = int(rng.integers(shape[1])), int(rng.integers(shape[0] // 4, max(shape[0], 2)))
        w, h = int(rng.integers(3, 24)), int(rng.integers(3, 20))
        room[y : y + h, x : x + w] *= (
            rng.uniform(0.1, 1.3, 3) if rng.random() < 0.6 else rng.uniform(0.1, 0.6)
        )
    for x in range(0, shape[1], max(12, int(rng.integers(18, 50)))):
        room[:, x : x + 2] = 0.01
    return np.asarray(room)


def enlarged(planes: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    return np.stack(
        [
            np.asarray(
                Image.fromarray(np.ascontiguousarray(planes[..., plane])).resize(
                    size, Image.Resampling.BILINEAR
                )
            )
            for plane in range(3)
        ],
        axis=-1,
    )
