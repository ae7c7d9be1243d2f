"""Festive areas drawn on real night photos, which are not ours to share: they are named by SHA-256 only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.tools import rle

REAL_FRAMES = Path(__file__).with_name("real_frames.json")
LAMPS_ONLY = Path(__file__).with_name("lamps_only.json")
FIGURES = Path(__file__).with_name("figures.json")
PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})


@dataclass(frozen=True)
class LabelledFrame:
    """One photo and where it is festive.

    `festive`: run lengths of the festive area, row-major, starting with pixels that are not festive; a single
    run means that nothing in the photo is festive, on purpose. `group`: photos of one stretch of street and time,
    or of one scene, share it, so that a whole group can be left out together. `drawn`: how the mask was made.
    """

    sha256: str
    width: int
    height: int
    festive: tuple[int, ...]
    group: int
    drawn: str

    def mask(self) -> NDArray[np.bool_]:
        """(height, width), true where festive."""
        return rle.decode(self.festive, self.height, self.width)


@dataclass(frozen=True)
class ChosenFrame:
    """One photo chosen by eye to validate with, never to learn from, and what it shows ("porch", "inflatable", …)."""

    sha256: str
    kind: str


def load_real_frames(path: Path = REAL_FRAMES) -> tuple[LabelledFrame, ...]:
    """All labelled photos, ordered by their SHA-256."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return tuple(LabelledFrame(**{**row, "festive": tuple(row["festive"])}) for row in rows)


def load_chosen(path: Path) -> tuple[ChosenFrame, ...]:
    """All photos of one such list (LAMPS_ONLY or FIGURES), ordered by their SHA-256."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return tuple(ChosenFrame(**row) for row in rows)


def find_photos(folders: Iterable[Path | str]) -> dict[str, Path]:
    """SHA-256 to path of every JPEG and PNG in and below the folders; of equal files, the first by name."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix.lower() in PHOTO_SUFFIXES and path.is_file():
                found.setdefault(hashlib.sha256(path.read_bytes()).hexdigest(), path)
    return found
