"""Random views of night pictures, cropped around light because most of a night frame is black."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image as Pillow
from PIL import ImageFilter

from ml.pictures import read_picture
from ml.pretrain.sources import Display, Source
from ml.pretrain.taught import Lessons
from ml.transforms import CROP_SIDE_PX, normalised
from ml.truth import festive_area
from ml.types import Box, Floats, Image

PATCH = 16
WIDE_PX = 352
SCALE_PX = 640
GRID = WIDE_PX // PATCH
WIDE_ZOOMS = (0.6, 2.0)
DISPLAY_ZOOMS = (0.6, 1.6)
REACH = 0.4
LARGEST_PX = 1024
KEPT_PICTURES = 4000


@dataclass(frozen=True)
class Views:
    """Views of one step.

    `wide` (B, 3, 352, 352) with `coverage` (B, 22, 22), the festive share of each patch, and `taught` (B, 22, 22, K), what
    the dense encoder says of it; NaN where nothing is known. `crops` (2, C, 3, 160, 160): two looks at each of C displays.
    """

    wide: Floats
    coverage: Floats
    taught: Floats
    crops: Floats


@dataclass(frozen=True)
class Opened:
    """A decoded picture, its mask if there is one, and where light is in it (rows, columns), summing to 1."""

    picture: Pillow.Image
    mask: Pillow.Image | None
    light: Floats


@lru_cache(maxsize=KEPT_PICTURES)
def open_picture(source: Source) -> Opened:
    """Decode a picture, turned as EXIF says; the last 4,000 stay open, at about 1.2 MB each. Raises PictureError."""
    picture = Pillow.fromarray(read_picture(source.path, LARGEST_PX))
    picture.thumbnail((LARGEST_PX, LARGEST_PX))
    mask = None
    if source.truth is not None:
        area = Pillow.fromarray(festive_area(source.truth.mask()).astype(np.uint8) * 255)
        mask = area.resize(picture.size, Pillow.Resampling.BOX)
    return Opened(picture=picture, mask=mask, light=where_light_is(picture))


def where_light_is(picture: Pillow.Image) -> Floats:
    """(27, 48) weights: brightness gradient with a small floor, so that dark places are seen now and then."""
    grey = np.asarray(picture.convert("L").resize((96, 54), Pillow.Resampling.BILINEAR), dtype=np.float32)
    down, right = np.gradient(grey)
    weights = np.hypot(down, right).reshape(27, 2, 48, 2).mean(axis=(1, 3))
    weights = np.sqrt(weights) + 0.15 * np.sqrt(weights.max()) + 1e-3
    return weights / weights.sum()


def wide_views(
    sources: list[Source], lessons: Lessons, chance: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """One view of each picture, its coverage and what is taught of it, as in `Views`."""
    seen, covered, taught = [], [], []
    for source in sources:
        opened = open_picture(source)
        box = square(opened.picture, lit_place(opened, chance), WIDE_PX, WIDE_ZOOMS, chance)
        view = opened.picture.resize((WIDE_PX, WIDE_PX), Pillow.Resampling.BILINEAR, box=box)
        flipped = bool(chance.random() < 0.5)
        turn = slice(None, None, -1 if flipped else 1)
        seen.append(np.ascontiguousarray(altered(view, chance)[:, turn]))
        covered.append(coverage_of(opened, box)[:, turn])
        taught.append(lessons.within(source.path, share_of(box, opened.picture), GRID)[:, turn])
    return normalised(seen), np.stack(covered), np.stack(taught)


def coverage_of(opened: Opened, box: Box) -> Floats:
    """(22, 22) festive share of the patches of a view, NaN without a mask."""
    if opened.mask is None:
        return np.full((GRID, GRID), np.nan, dtype=np.float32)
    share = opened.mask.resize((GRID, GRID), Pillow.Resampling.BOX, box=box)
    return np.asarray(share, dtype=np.float32) / np.float32(255)


def share_of(box: Box, picture: Pillow.Image) -> Box:
    """A box in pixels as shares of the picture's size."""
    return box[0] / picture.width, box[1] / picture.height, box[2] / picture.width, box[3] / picture.height


def display_crops(displays: list[Display], chance: np.random.Generator) -> Floats:
    """One altered look (C, 3, 160, 160) at each display. Not flipped: a mirrored house is another house."""
    looks = []
    for display in displays:
        picture = open_picture(display.source).picture
        box = around(picture, display.box, chance)
        view = picture.resize((CROP_SIDE_PX, CROP_SIDE_PX), Pillow.Resampling.BILINEAR, box=box)
        looks.append(altered(view, chance))
    return normalised(looks)


def lit_display(source: Source, chance: np.random.Generator) -> Display:
    """A square around light in a picture of which nothing is known, taken for a display."""
    opened = open_picture(source)
    box = square(opened.picture, lit_place(opened, chance), CROP_SIDE_PX, DISPLAY_ZOOMS, chance)
    return Display(source=source, box=share_of(box, opened.picture))


def lit_place(opened: Opened, chance: np.random.Generator) -> tuple[float, float]:
    """x and y in pixels of a place where light is."""
    cell = chance.choice(opened.light.size, p=opened.light.ravel() / opened.light.sum())
    row, column = divmod(int(cell), opened.light.shape[1])
    rows, columns = opened.light.shape
    return (column + 0.5) / columns * opened.picture.width, (row + 0.5) / rows * opened.picture.height


def square(
    picture: Pillow.Image,
    place: tuple[float, float],
    side_px: int,
    zooms: tuple[float, float],
    chance: np.random.Generator,
) -> Box:
    """A square in pixels near `place`; at zoom 1, `side_px` pixels of a picture with a long side of 640."""
    zoom = float(np.exp(chance.uniform(*np.log(zooms))))
    length = min(side_px * max(picture.size) / SCALE_PX / zoom, *picture.size)
    return kept_inside(picture, place, length, chance)


def around(picture: Pillow.Image, box: Box, chance: np.random.Generator) -> Box:
    """A square in pixels around a box of shares, 0.8 to 1.4 times as long as its longer side."""
    x0, x1 = box[0] * picture.width, box[2] * picture.width
    y0, y1 = box[1] * picture.height, box[3] * picture.height
    length = min(max(x1 - x0, y1 - y0) * float(chance.uniform(0.8, 1.4)), *picture.size)
    return kept_inside(picture, ((x0 + x1) / 2, (y0 + y1) / 2), length, chance, reach=0.12)


def kept_inside(
    picture: Pillow.Image,
    place: tuple[float, float],
    length: float,
    chance: np.random.Generator,
    reach: float = REACH,
) -> Box:
    """A square of `length` pixels whose centre lies within `reach` lengths of `place`, pushed into the picture."""
    x, y = (centre + chance.uniform(-reach, reach) * length for centre in place)
    left = min(max(x - length / 2, 0), picture.width - length)
    top = min(max(y - length / 2, 0), picture.height - length)
    return left, top, left + length, top + length


def altered(view: Pillow.Image, chance: np.random.Generator) -> Image:
    """What another phone might have made of it: blur, haze, exposure, colour cast, noise."""
    if chance.random() < 0.3:
        view = view.filter(ImageFilter.GaussianBlur(float(chance.uniform(0.3, 1.2))))
    values = np.asarray(view, dtype=np.float32)
    if chance.random() < 0.2:
        haze = view.filter(ImageFilter.BoxBlur(float(chance.uniform(3, 12))))
        values = values + np.float32(chance.uniform(0.2, 0.7)) * np.asarray(haze, dtype=np.float32)
    gains = np.exp(chance.normal(0, 0.3) + chance.normal(0, 0.08, size=3)).astype(np.float32)
    noise = chance.standard_normal(values.shape[:2], dtype=np.float32) * np.float32(chance.uniform(0, 3))
    return np.clip(values * gains + noise[..., None], 0, 255).astype(np.uint8)
