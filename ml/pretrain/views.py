"""Random views of night pictures, cropped around light because most of a night frame is black."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageFilter

from ml.transforms import LONG_SIDE_PX, normalised
from ml.truth import TruePicture, festive_area
from ml.types import Floats, Image

PATCH = 16
GLOBAL_PX, LOCAL_PX = 192, 96
GLOBALS, LOCALS = 2, 2
REACH = 0.4
LARGEST_PX = 1024
UNKNOWN = -1.0
NO_VIEWS = np.zeros((0, 3, LOCAL_PX, LOCAL_PX), dtype=np.float32)


@dataclass(frozen=True)
class Views:
    """Of a batch of B pictures: `globals` (2B, 3, 192, 192) and `locals` (2B, 3, 96, 96), view-major.

    `coverage` (2B, 12, 12) is the festive share of each patch of the globals, -1 where nothing is known.
    """

    globals: Floats
    locals: Floats
    coverage: Floats


@dataclass(frozen=True)
class Opened:
    """A decoded picture, its mask if there is one, and where light is in it (rows, columns), summing to 1."""

    picture: Pillow.Image
    mask: Pillow.Image | None
    light: Floats


@lru_cache(maxsize=800)
def open_picture(source: TruePicture | Path) -> Opened:
    """Decode a picture; the last 800 stay open, at about 1.5 MB each."""
    path = source if isinstance(source, Path) else source.path
    with Pillow.open(path) as file:
        file.draft("RGB", (LARGEST_PX, LARGEST_PX))
        picture = file.convert("RGB")
    picture.thumbnail((LARGEST_PX, LARGEST_PX))
    mask = None
    if not isinstance(source, Path):
        area = Pillow.fromarray(festive_area(source.mask()).astype(np.uint8) * 255)
        mask = area.resize(picture.size, Pillow.Resampling.BOX)
    return Opened(picture=picture, mask=mask, light=where_light_is(picture))


def where_light_is(picture: Pillow.Image) -> Floats:
    """(27, 48) weights: brightness gradient with a small floor, so that dark places are seen now and then."""
    grey = np.asarray(picture.convert("L").resize((96, 54), Pillow.Resampling.BILINEAR), dtype=np.float32)
    down, right = np.gradient(grey)
    weights = np.hypot(down, right).reshape(27, 2, 48, 2).mean(axis=(1, 3))
    weights = np.sqrt(weights) + 0.15 * np.sqrt(weights.max()) + 1e-3
    return weights / weights.sum()


def make_views(
    sources: list[TruePicture | Path], chance: np.random.Generator, local_views: int = LOCALS
) -> Views:
    """Views of a batch, those of one picture around one place; the same generator state gives the same views."""
    opened = [open_picture(source) for source in sources]
    places = [lit_place(o, chance) for o in opened]
    pairs = list(zip(opened, places, strict=True))
    wide = [[crop(o, at, GLOBAL_PX, (0.5, 2.2), chance) for o, at in pairs] for _ in range(GLOBALS)]
    near = [[crop(o, at, LOCAL_PX, (0.8, 2.0), chance) for o, at in pairs] for _ in range(local_views)]
    return Views(
        globals=normalised([image for view in wide for image, _ in view]),
        locals=normalised([image for view in near for image, _ in view]) if near else NO_VIEWS,
        coverage=np.stack([covered for view in wide for _, covered in view]),
    )


def lit_place(opened: Opened, chance: np.random.Generator) -> tuple[float, float]:
    """x and y in pixels of a place where light is."""
    cell = chance.choice(opened.light.size, p=opened.light.ravel() / opened.light.sum())
    row, column = divmod(int(cell), opened.light.shape[1])
    rows, columns = opened.light.shape
    return (column + 0.5) / columns * opened.picture.width, (row + 0.5) / rows * opened.picture.height


def crop(
    opened: Opened,
    place: tuple[float, float],
    side_px: int,
    zooms: tuple[float, float],
    chance: np.random.Generator,
) -> tuple[Image, Floats]:
    """One square view (side, side, 3) near `place` and its coverage; zoom 1 is the scale at which frames are scored."""
    picture = opened.picture
    zoom = float(np.exp(chance.uniform(*np.log(zooms))))
    length = min(side_px * max(picture.size) / LONG_SIDE_PX / zoom, *picture.size)
    x, y = (centre + chance.uniform(-REACH, REACH) * length for centre in place)
    left = min(max(x - length / 2, 0), picture.width - length)
    top = min(max(y - length / 2, 0), picture.height - length)
    box = (left, top, left + length, top + length)
    view = picture.resize((side_px, side_px), Pillow.Resampling.BILINEAR, box=box)
    grid = (side_px // PATCH, side_px // PATCH)
    covered: Floats = np.full(grid, UNKNOWN, dtype=np.float32)
    if opened.mask is not None:
        share = np.array(opened.mask.resize(grid, Pillow.Resampling.BOX, box=box), dtype=np.float32)
        covered = np.divide(share, 255, dtype=np.float32)
    flipped = bool(chance.random() < 0.5)
    return (altered(view, flipped, chance), covered[:, ::-1] if flipped else covered)


def altered(view: Pillow.Image, flipped: bool, chance: np.random.Generator) -> Image:
    """What another phone might have made of it: blur, haze, exposure, colour cast, noise."""
    if chance.random() < 0.3:
        view = view.filter(ImageFilter.GaussianBlur(float(chance.uniform(0.3, 1.2))))
    values = np.asarray(view, dtype=np.float32)
    if chance.random() < 0.25:
        haze = view.filter(ImageFilter.BoxBlur(float(chance.uniform(3, 12))))
        values = values + np.float32(chance.uniform(0.2, 0.9)) * np.asarray(haze, dtype=np.float32)
    gains = np.exp(chance.normal(0, 0.35) + chance.normal(0, 0.1, size=3)).astype(np.float32)
    noise = chance.standard_normal(values.shape[:2], dtype=np.float32) * np.float32(chance.uniform(0, 4))
    seen = np.clip(values * gains + noise[..., None], 0, 255).astype(np.uint8)
    return np.ascontiguousarray(seen[:, ::-1]) if flipped else seen
