"""Contact sheets for a person to look at: pictures by score, and festivity maps over their pictures."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from ml.evaluation.maps import KeptMaps
from ml.evaluation.pictures import evenly
from ml.pictures import read_picture
from ml.scorer import points
from ml.types import Floats

COLUMNS, PER_PAGE = 5, 25
TILE_PX, CAPTION_PX, GAP_PX = (400, 225), 24, 6
COUNT, MAPS = 100, 20
GROUND, INK = (20, 20, 24), (230, 230, 230)
COLD, WARM = np.array([40, 90, 255], dtype=np.float32), np.array([255, 60, 20], dtype=np.float32)
STRONGEST = 0.65
NOTE = (
    "These pages show other people's photos. They are for looking at here; "
    "do not publish them and do not commit them."
)


@dataclass(frozen=True)
class Entry:
    """One photo with its map, and what is written under it."""

    path: Path
    festivity_map: Floats
    caption: str

    @property
    def festivity(self) -> float:
        return float(self.festivity_map.mean())


def write_sheet(
    folder: Path, maps: KeptMaps, photos: Sequence[Path], count: int = COUNT, with_maps: int = MAPS
) -> list[Path]:
    """Write sheet-1.png, … and maps.png, and return their paths.

    `count` photos evenly spaced over the order of scores, most festive first, 25 to a page; `with_maps` of them beside
    themselves under their festivity map.
    """
    card = maps.scorer.card
    entries = [
        Entry(path, found, caption(float(found.mean()), card.class_of(float(found.mean()))))
        for path, found in zip(photos, maps.of(photos, "sheet"), strict=True)
    ]
    ordered = sorted(entries, key=lambda entry: (-entry.festivity, entry.path.name))
    chosen = evenly(ordered, count)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for page, start in enumerate(range(0, len(chosen), PER_PAGE), start=1):
        shown = [(photo_tile(entry), entry.caption) for entry in chosen[start : start + PER_PAGE]]
        written.append(save_page(folder / f"sheet-{page}.png", shown, COLUMNS))
    pairs = [
        tile
        for entry in evenly(chosen, with_maps)
        for tile in ((photo_tile(entry), entry.caption), (map_tile(entry), ""))
    ]
    written.append(save_page(folder / "maps.png", pairs, 4))
    print(NOTE, file=sys.stderr)
    return written


def caption(festivity: float, name: str) -> str:
    return f"{festivity:.4f}  {points(festivity):.0f} points  {name}"


def photo_tile(entry: Entry) -> Pillow.Image:
    """The photo at the size of a tile."""
    return Pillow.fromarray(read_picture(entry.path)).resize(TILE_PX, Pillow.Resampling.BILINEAR)


def map_tile(entry: Entry) -> Pillow.Image:
    """The photo, greyer, under its map: blue for a small probability, red for a large one, clear for none."""
    photo = np.asarray(photo_tile(entry).convert("L"), dtype=np.float32)[:, :, None].repeat(3, axis=2)
    chance = Pillow.fromarray(entry.festivity_map.astype(np.float32)).resize(
        TILE_PX, Pillow.Resampling.NEAREST
    )
    share = np.asarray(chance)[:, :, None]
    colour = COLD + (WARM - COLD) * share
    cover = STRONGEST * np.sqrt(share)
    return Pillow.fromarray(np.clip(photo * (1 - cover) + colour * cover, 0, 255).astype(np.uint8))


def save_page(path: Path, tiles: Sequence[tuple[Pillow.Image, str]], columns: int) -> Path:
    """Write tiles with their captions, row by row."""
    rows = -(-len(tiles) // columns)
    step = TILE_PX[0] + GAP_PX, TILE_PX[1] + CAPTION_PX + GAP_PX
    page = Pillow.new("RGB", (GAP_PX + columns * step[0], GAP_PX + max(rows, 1) * step[1]), GROUND)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=16)
    for number, (tile, words) in enumerate(tiles):
        left, top = GAP_PX + number % columns * step[0], GAP_PX + number // columns * step[1]
        page.paste(tile, (left, top))
        pen.text((left + 2, top + TILE_PX[1] + 2), words, fill=INK, font=font)
    page.save(path)
    return path
