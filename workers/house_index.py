"""The houses of the map as an index to search in, kept in memory by each worker process.

It is read from the database once and kept for as long as the edition of the map stays the same (`server.search.queries.edition`,
one short query that reads no vectors). Promoting a scorer, publishing a drive, hiding a house or calling a frame not festive
makes another edition, and the next search reads the houses anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.tools.search import Entry, Finder, Index, Look, Maker, empty_index, open_finder
from ml.tools.search.looker import WHOLE
from ml.types import Box
from server.frames.models import Scorer
from server.houses.grouping import centred
from server.houses.models import Season
from server.houses.scene import typical_vector
from server.search.queries import StoredLook, edition, looks_of_the_map

Doubles = NDArray[np.float64]
held: list[HouseIndex] = []


@dataclass(frozen=True)
class HouseIndex:
    """Region vectors of every house of the map, as `ml.tools.search` takes them, all seen from `centre` (D,)."""

    edition: str
    season: Season
    centre: Doubles
    index: Index
    finder: Finder


def house_index(scorer: Scorer, season: Season) -> HouseIndex | None:
    """The index of the map as it is now; None while there are too few displays to tell one from another."""
    now = edition(scorer, season)
    if not held or held[0].edition != now:
        read = read_index(scorer, season, now)
        held[:] = [read] if read else []
    return held[0] if held else None


def read_index(scorer: Scorer, season: Season, now: str) -> HouseIndex | None:
    centre, stored = typical_vector(scorer), looks_of_the_map(scorer, season)
    if centre is None or not stored:
        return None
    of_house: dict[str, list[Look]] = {}
    for one, look in zip(stored, stored_looks(centre, stored), strict=True):
        if look.vector.any():
            of_house.setdefault(one.house, []).append(look)
    entries = {Entry(house, now, len(own)): tuple(own) for house, own in of_house.items()}
    index = empty_index(maker_of(scorer, len(centre))).with_looks(entries)
    return HouseIndex(now, season, centre, index, open_finder(index)) if entries else None


def stored_looks(centre: Doubles, stored: Sequence[StoredLook]) -> list[Look]:
    """Stored vectors as looks of the index. Which part of its own frame a region was does not matter any more."""
    rows = np.frombuffer(b"".join(look.vector for look in stored), np.float16).reshape(len(stored), -1)
    return centred_looks(centre, [WHOLE] * len(stored), rows.astype(np.float64))


def centred_looks(centre: Doubles, boxes: Sequence[Box], rows: Doubles) -> list[Look]:
    """Looks of vectors (N, D), each without what all displays have in common, at length 1; zero for the typical one itself."""
    vectors = centred(rows, centre).astype(np.float32)
    return [Look(box, vector) for box, vector in zip(boxes, vectors, strict=True)]


def maker_of(scorer: Scorer, dimension: int) -> Maker:
    """The scorer's hash stands for backbone, head and preprocessing at once."""
    return Maker(
        backbone=scorer.backbone,
        backbone_sha256=scorer.hash,
        dimension=dimension,
        crop="festive",
        cropper_sha256=scorer.hash,
        steps="seen from the typical vector",
    )
