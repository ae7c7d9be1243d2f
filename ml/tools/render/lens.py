"""From light to a phone's picture: glare, stars, motion blur, exposure, tone curve, noise and JPEG."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.tools.render.camera import HEIGHT, WIDTH
from ml.tools.render.mesh import Points

Planes = NDArray[np.float32]
GLARE: tuple[tuple[int, float], ...] = (
    (2, 0.09), (4, 0.035), (8, 0.022), (16, 0.011), (32, 0.006), (64, 0.003),
)  # fmt: skip
SCATTER = np.array([0.8, 0.9, 1.5])
WIDE = 8
METERED_LEVEL = 0.035
TONE_STEPS = 8192


class Smear(NamedTuple):
    """A streak across every bright lamp: its direction, strength, relative length, and how far it fans out."""

    angle_deg: float
    strength: float
    reach: float
    fan: float


@dataclass(frozen=True)
class Phone:
    """One phone behind one dirty car window on one evening.

    `black` (3,) is the 8-bit level of its black, `white` (3,) the gains of its white balance, `ghost_px` is where a
    lamp's mirror image lies.
    """

    exposure: float
    white: Points
    black: Points
    glare: float
    smears: tuple[Smear, ...]
    ghost_px: tuple[float, float]
    ghost: float
    softness: float
    noise: float
    colour_in_dark: float
    contrast: float
    quality: int


def draw_phone(rng: np.random.Generator, purple: bool | None = None) -> Phone:
    """A phone by lot; its settings stay for a whole drive. Some lift their blacks into purple, others into grey."""
    purple = bool(rng.random() < 0.5) if purple is None else purple
    base = float(rng.uniform(3, 7))
    black = np.array([1.15, 0.55, 1.5]) * base if purple else np.full(3, base)
    main = float(rng.normal(95, 22))
    fan = float(rng.choice([0.01, rng.uniform(0.03, 0.12)]))
    smears = [Smear(main, float(rng.uniform(0.3, 1.0)), float(rng.uniform(0.5, 1.4)), fan)]
    for _ in range(int(rng.integers(2, 5) if purple else rng.integers(0, 3))):
        strength, reach = float(rng.uniform(0.08, 0.5)), float(rng.uniform(0.3, 1.0))
        smears.append(Smear(float(rng.uniform(0, 180)), strength, reach, float(rng.uniform(0.005, 0.03))))
    return Phone(
        exposure=float(np.exp(rng.normal(-2.3 if purple else -2.8, 0.4))),
        white=np.array([rng.uniform(0.85, 1.2), 1.0, rng.uniform(0.85, 1.25)]),
        black=black,
        glare=float(np.exp(rng.normal(0.1, 0.65))),
        smears=tuple(smears),
        ghost_px=(float(rng.normal(0, 15)), float(rng.uniform(-110, -35))),
        ghost=float(np.exp(rng.normal(-9.2, 1.0))),
        softness=float(rng.uniform(0.7, 1.4) if rng.random() < 0.8 else rng.uniform(1.5, 5.0)),
        noise=float(rng.uniform(0.5, 1.4)),
        colour_in_dark=1.0 if purple else float(rng.uniform(0.0, 0.6)),
        contrast=float(rng.uniform(1.1, 1.5)),
        quality=int(rng.integers(76, 86)),
    )


def blur3(planes: Planes) -> Planes:
    """Binomial 1-2-1 blur of (3, h, w) along both axes; edges repeat."""
    for axis in (1, 2):
        turned = planes.swapaxes(1, axis)
        quarter = turned * np.float32(0.25)
        total = quarter + quarter
        total[:, 1:] += quarter[:, :-1]
        total[:, :-1] += quarter[:, 1:]
        total[:, 0] += quarter[:, 0]
        total[:, -1] += quarter[:, -1]
        planes = total.swapaxes(1, axis)
    return planes


def resized(planes: Planes, size: tuple[int, int], how: Image.Resampling) -> Planes:
    return np.stack([np.asarray(Image.fromarray(plane).resize(size, how)) for plane in planes])


def blurred(planes: Planes, passes: float) -> Planes:
    """Binomial blur applied a fractional number of times."""
    for _ in range(int(passes)):
        planes = blur3(planes)
    return planes + (blur3(planes) - planes) * np.float32(passes % 1)


def metering(light: Planes, exposure: float) -> float:
    """Change of exposure that a phone makes for a scene brighter or darker than usual, about 0.5 to 1.6."""
    level = float((1 - np.exp(-light[1, ::4, ::4] * np.float32(exposure))).mean())
    return float(np.clip((METERED_LEVEL / max(level, 1e-4)) ** 0.35, 0.5, 1.6))


def spread(light: Planes, phone: Phone, haze: float) -> Planes:
    """Blur by the lens and scatter by its dirt and the air: a sum of ever wider and fainter copies, (3, h, w)."""
    sharp = light
    soft = blur3(sharp)
    total = blurred(sharp, phone.softness)
    smaller = soft
    for factor, share in GLARE:
        size = (max(WIDTH // factor, 4), max(HEIGHT // factor, 4))
        smaller = blur3(resized(smaller, size, Image.Resampling.BOX))
        amount = np.full(3, share * phone.glare)
        if factor >= WIDE:
            amount = amount * SCATTER * (1 + 1.5 * haze)
        wide = resized(blur3(smaller), (WIDTH, HEIGHT), Image.Resampling.BILINEAR)
        total = total + wide * amount.astype(np.float32)[:, None, None]
    return np.asarray(total, dtype=np.float32)


@lru_cache(maxsize=8)
def star(smears: tuple[Smear, ...], radius: int = 150) -> Planes:
    """Streaks of one lamp of unit light, (3, 2r+1, 2r+1): blue reaches further out than red."""
    grid = np.arange(-radius, radius + 1, dtype=np.float32)
    x, y = grid[None, :], -grid[:, None]
    total = np.zeros((3, len(grid), len(grid)), dtype=np.float32)
    fade = np.clip(1.1 - np.hypot(x, y) / radius, 0, 1)
    for angle, strength, reach, fan in smears:
        turn = np.radians(angle)
        forth = x * np.cos(turn) + y * np.sin(turn)
        across = np.abs(-x * np.sin(turn) + y * np.cos(turn))
        lopsided = np.where(forth > 0, 1.0, 0.35 + 0.5 * abs(np.sin(turn * 3)))
        width = 1.0 + fan * np.abs(forth)
        body = np.exp(-((across / width) ** 2)) * lopsided / (1 + (np.abs(forth) / 6) ** 1.7)
        for plane, longer in enumerate((0.85, 1.0, 1.25)):
            total[plane] += strength * body * np.exp(-np.abs(forth) / (70 * reach * longer)) * fade
    return total * np.float32(2.0e-3)


def add_star(light: Planes, kernel: Planes, x: float, y: float, flux: Points) -> None:
    """Add the streaks of one lamp at pixel (x, y) with light `flux` (3,)."""
    radius = kernel.shape[1] // 2
    cx, cy = round(x), round(y)
    x0, x1, y0, y1 = (
        max(cx - radius, 0),
        min(cx + radius + 1, WIDTH),
        max(cy - radius, 0),
        min(cy + radius + 1, HEIGHT),
    )
    if x0 >= x1 or y0 >= y1:
        return
    part = kernel[:, y0 - cy + radius : y1 - cy + radius, x0 - cx + radius : x1 - cx + radius]
    light[:, y0:y1, x0:x1] += part * flux.astype(np.float32)[:, None, None]


def add_ghost(light: Planes, x: float, y: float, flux: Points) -> None:
    """A faint blurred second image of a lamp, as a window pane throws it."""
    radius = 5
    cx, cy = round(x), round(y)
    if not (radius <= cx < WIDTH - radius and radius <= cy < HEIGHT - radius):
        return
    grid = np.arange(-radius, radius + 1)
    spot = np.exp(-(grid[:, None] ** 2 + grid[None, :] ** 2) / 5.0).astype(np.float32)
    light[:, cy - radius : cy + radius + 1, cx - radius : cx + radius + 1] += (
        spot * flux.astype(np.float32)[:, None, None]
    )


def smeared(light: Planes, blur_px: tuple[float, float], bend_px: float) -> Planes:
    """Motion blur: the mean of copies shifted along (dx, dy) pixels, on a path bent sideways by `bend_px`."""
    dx, dy = blur_px
    length = float(np.hypot(dx, dy))
    count = int(length + abs(bend_px)) + 1
    if count <= 1:
        return light
    across = (-dy / max(length, 1e-6), dx / max(length, 1e-6))
    total = np.zeros_like(light)
    for share in np.linspace(-0.5, 0.5, count):
        aside = bend_px * (1 - 4 * share * share)
        shift = (round(share * dy + aside * across[1]), round(share * dx + aside * across[0]))
        total += np.roll(light, shift, axis=(1, 2))
    return total / np.float32(count)


def develop(light: Planes, phone: Phone, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Linear light (3, h, w) to an 8-bit picture (h, w, 3) with this phone's tone, blacks and noise."""
    exposed = light * (phone.exposure * phone.white).astype(np.float32)[:, None, None]
    exposed = mix_colours(exposed)
    steps = np.minimum(np.sqrt(exposed) * np.float32(TONE_STEPS / 4), TONE_STEPS - 1).astype(np.int32)
    coded = np.take(tone_curve(phone.contrast), steps)
    level = np.asarray((coded[0] + coded[1] + coded[2]) / np.float32(3), dtype=np.float32)
    dark = np.clip(1 - level / 40, 0, 1) * np.float32(1 - phone.colour_in_dark)
    coded += (level - coded) * dark
    black = phone.black.astype(np.float32)[:, None, None]
    coded = np.asarray(black + coded * (1 - black / 255) + grain(level, phone, rng), dtype=np.float32)
    return np.ascontiguousarray(np.clip(coded + 0.5, 0, 255).astype(np.uint8).transpose(1, 2, 0))


@lru_cache(maxsize=16)
def tone_curve(contrast: float) -> NDArray[np.float32]:
    """8-bit level by the square root of exposure, in TONE_STEPS steps up to an exposure of 16."""
    exposed = (np.arange(TONE_STEPS) / (TONE_STEPS / 4)) ** 2
    return ((1 - np.exp(-1.15 * exposed)) ** (contrast / 2.2) * 255).astype(np.float32)


def mix_colours(exposed: Planes) -> Planes:
    """Phones deepen colours; very bright coloured light leaks into the other channels and goes white."""
    mean = (exposed[0] + exposed[1] + exposed[2]) / np.float32(3)
    leak = np.float32(0.05) * np.clip(mean / 8, 0, 1) - np.float32(0.08)
    return np.asarray(np.maximum(exposed + (mean - exposed) * leak, 0), dtype=np.float32)


def grain(level: NDArray[np.float32], phone: Phone, rng: np.random.Generator) -> Planes:
    """Fine grain and the coarse blotches that a phone's noise filter leaves, (3, h, w)."""
    fine = rng.standard_normal((HEIGHT, WIDTH), dtype=np.float32)
    coarse = rng.standard_normal((3, HEIGHT // 6, WIDTH // 6), dtype=np.float32)
    blotches = resized(coarse, (WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    strength = np.float32(phone.noise) * (0.55 + 0.12 * np.sqrt(np.maximum(level, 0)))
    return np.asarray((0.8 * fine + 0.5 * blotches) * strength, dtype=np.float32)


def to_jpeg(picture: NDArray[np.uint8], quality: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality)
    return out.getvalue()


def through_jpeg(picture: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(to_jpeg(picture, quality))).convert("RGB"))
