"""Pairs of views of which a person said whether they show the same place; photos are named by SHA-256 only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from ml.types import Box, MlError

SAME_PLACE = Path(__file__).with_name("same_place.json")
Kind = Literal["seconds", "other_camera", "neighbour", "far"]
Half = Literal["tune", "report"]
KINDS: tuple[str, ...] = get_args(Kind)
HALVES: tuple[str, ...] = get_args(Half)


class SamePlaceError(MlError):
    """A file of such pairs cannot be used."""


@dataclass(frozen=True)
class View:
    """One display in one photo: the SHA-256 of the file and the box (x0, y0, x1, y1 in [0, 1], y down) around it."""

    sha256: str
    box: Box


@dataclass(frozen=True)
class PlacePair:
    """Two views, and whether both show the same house.

    `kind`: of the same house, "seconds" (same side, one pass) or "other_camera" (the other side's camera, or another pass);
    of different ones, "neighbour" or "far". `apart_m`: metres between the houses where a reference gives them, otherwise
    between the cameras, to 5 m; None where no position is known. `apart_s`: seconds between the photos. `group`: pairs of one
    stretch of street share it. `half`: all pairs of a group are there to tune with, or all to report on.
    """

    first: View
    second: View
    same: bool
    kind: Kind
    apart_m: int | None
    apart_s: int
    group: int
    half: Half


def load_same_place(path: Path = SAME_PLACE) -> tuple[PlacePair, ...]:
    """All pairs of the file, in its order. Raises SamePlaceError with a sentence."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SamePlaceError(f"{path} does not exist.") from None
    except (OSError, ValueError):
        raise SamePlaceError(f"{path.name} is not a file of pairs; it should hold a list in JSON.") from None
    if not isinstance(rows, list):
        raise SamePlaceError(f"{path.name} is not a file of pairs; it should hold a list in JSON.")
    return tuple(numbered(row, number, path.name) for number, row in enumerate(rows, start=1))


def numbered(row: Any, number: int, name: str) -> PlacePair:
    """One row of the list as a pair. Raises SamePlaceError with its number."""
    try:
        return pair_of(row)
    except (KeyError, TypeError, ValueError):
        raise SamePlaceError(
            f"Pair {number} of {name} cannot be used; it needs a, b, box_a, box_b, same, kind, apart_s, group and half."
        ) from None


def pair_of(row: dict[str, Any]) -> PlacePair:
    """Raises KeyError, TypeError or ValueError where a field is missing or wrong."""
    if row["kind"] not in KINDS or row["half"] not in HALVES or not isinstance(row["same"], bool):
        raise ValueError
    if row["same"] != (row["kind"] in ("seconds", "other_camera")):
        raise ValueError
    apart_m = row.get("apart_m")
    return PlacePair(
        first=View(str(row["a"]), box_of(row["box_a"])),
        second=View(str(row["b"]), box_of(row["box_b"])),
        same=row["same"],
        kind=row["kind"],
        apart_m=None if apart_m is None else int(apart_m),
        apart_s=int(row["apart_s"]),
        group=int(row["group"]),
        half=row["half"],
    )


def box_of(edges: list[float]) -> Box:
    """Four edges in 0..1 that enclose something. Raises TypeError or ValueError."""
    x0, y0, x1, y1 = (float(edge) for edge in edges)
    if not (0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1):
        raise ValueError
    return x0, y0, x1, y1
