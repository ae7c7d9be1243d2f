"""Contact sheets for a person to look at: pictures by score, and festivity maps over their pictures."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ml.evaluation.maps import KeptMaps
from ml.pictures import evenly, read_picture
from ml.scorer import points
from ml.tools.contact_sheet import LONG_SIDE_PX, save_page
from ml.tools.overlay import overlaid
from ml.types import Floats, Image

COLUMNS, PER_PAGE = 5, 25
COUNT, MAPS = 100, 20
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

    def small(self) -> Image:
        """The photo at about the size of a tile."""
        return read_picture(self.path, LONG_SIDE_PX)


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
    written = []
    for page, start in enumerate(range(0, len(chosen), PER_PAGE), start=1):
        shown = [(entry.small(), entry.caption) for entry in chosen[start : start + PER_PAGE]]
        written.append(save_page(folder / f"sheet-{page}.png", shown, COLUMNS))
    pairs = [
        one
        for entry in evenly(chosen, with_maps)
        for one in (
            (entry.small(), entry.caption),
            (overlaid(entry.small(), entry.festivity_map), ""),
        )
    ]
    written.append(save_page(folder / "maps.png", pairs, 4))
    print(NOTE, file=sys.stderr)
    return written


def caption(festivity: float, name: str) -> str:
    return f"{festivity:.4f}  {points(festivity):.0f} points  {name}"
