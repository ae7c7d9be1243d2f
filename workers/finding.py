"""The houses that are like a picture, a display or a thing: the likest regions of the index, and the houses that these show.

A search goes through the likest regions in stretches and asks the database which of them show a house of the map, until there
are enough houses: what nobody may see is never found, whatever the index holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from ml.tools.search.things import Wanted, centre_of, coarse_likeness, likeness
from ml.types import Box, Floats
from server.frames.models import Scorer
from server.houses.models import Season
from server.search.queries import shown_by
from server.search.typical import centred
from workers.region_file import Rows
from workers.region_index import patches_of_regions

STRETCH = 500
FURTHEST = 20_000
COMPARED = 400
AT_ONCE = 16_384
ROUNDING = 2e-3
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Map:
    """What is searched: all regions of the live scorer, of which those count that show a house of the season."""

    scorer: Scorer
    season: Season
    rows: Rows


@dataclass(frozen=True)
class Look:
    """One vector (D,) that is looked for, with the part of the picture that it is of."""

    vector: Doubles
    box: Box | None = None


@dataclass(frozen=True)
class Match:
    """`house` is a public id; `crop` the part of the picture that it is like, where a picture was given."""

    house: str
    likeness: float
    crop: Box | None = None


def like_looks(town: Map, looks: Sequence[Look], centre: Doubles, lowest: float, most: int) -> list[Match]:
    """The houses like one of the looks, seen from `centre` (D,), the likest first: each as like as the likest of its regions."""
    wanted = centred(np.stack([look.vector for look in looks]), centre)
    seen = [(vector, look) for vector, look in zip(wanted, looks, strict=True) if vector.any()]
    if not seen or not len(town.rows.ids):
        return []
    queries = np.stack([vector for vector, _ in seen])
    rough = cosines(town.rows.vectors, queries, centre)
    best: dict[str, Match] = {}
    for row, house in rows_of_houses(town, likest(rough, lowest - ROUNDING), most):
        exact = settled(town.rows.vectors[row], queries, centre)
        number = int(exact.argmax())
        found = Match(house, float(exact[number]), seen[number][1].box)
        best[house] = max(best.get(house, found), found, key=lambda match: match.likeness)
    return ranked(best, lowest, most)


def like_thing(town: Map, patches: Floats, lowest: float, most: int) -> list[Match]:
    """The houses that have a thing, known by its patches (n, D) of length 1: 400 regions are compared patch by patch."""
    centre = centre_of(town.rows.things)
    if not len(town.rows.ids) or patches.shape[1] != town.rows.things.shape[-1] or not centre.any():
        return []
    wanted = Wanted.of(patches, centre)
    rough = coarse_likeness(town.rows.things, wanted)
    chosen = dict(islice(shown_rows(town, likest(rough, -0.99)), COMPARED))
    ids = {int(town.rows.ids[row]): house for row, house in chosen.items()}
    best: dict[str, Match] = {}
    for region, kept in patches_of_regions(list(ids)).items():
        found = Match(ids[region], likeness(kept, wanted))
        best[found.house] = max(best.get(found.house, found), found, key=lambda match: match.likeness)
    return ranked(best, lowest, most)


def ranked(best: dict[str, Match], lowest: float, most: int) -> list[Match]:
    above = [match for match in best.values() if match.likeness >= lowest]
    return sorted(above, key=lambda match: (-match.likeness, match.house))[:most]


def cosines(vectors: NDArray[np.float16], queries: Doubles, centre: Doubles) -> Floats:
    """(N, D) of length 1 -> (N,): the best cosine with queries (k, D), all seen from the centre; -1 for rows of zeros."""
    columns = np.concatenate([queries, centre[None]]).T.astype(np.float32)
    at_centre = (queries @ centre).astype(np.float32)
    found = np.empty(len(vectors), dtype=np.float32)
    for first in range(0, len(vectors), AT_ONCE):
        rows = vectors[first : first + AT_ONCE].astype(np.float32)
        dots, size = rows @ columns, np.einsum("nd,nd->n", rows, rows)
        away = np.sqrt(np.maximum(size - 2 * dots[:, -1] + float(centre @ centre), 1e-8))
        best = ((dots[:, :-1] - at_centre) / away[:, None]).max(axis=1)
        found[first : first + len(rows)] = np.where(size > 0, best, -1)
    return found


def settled(vector: NDArray[np.float16], queries: Doubles, centre: Doubles) -> Doubles:
    """The cosines of one row, in float64."""
    own = centred(vector[None].astype(np.float64), centre)[0]
    return np.asarray(np.clip((queries * own).sum(axis=1), -1, 1))


def likest(rough: Floats, lowest: float) -> NDArray[np.intp]:
    """The rows above a likeness, the likest first, at most 20,000."""
    above = np.flatnonzero(rough >= lowest)
    if len(above) > FURTHEST:
        above = above[np.argpartition(-rough[above], FURTHEST)[:FURTHEST]]
    return above[np.argsort(-rough[above], kind="stable")]


def shown_rows(town: Map, rows: NDArray[np.intp]) -> Iterator[tuple[int, str]]:
    """Of these rows, in their order, those that show a house of the map, with its public id."""
    for first in range(0, len(rows), STRETCH):
        stretch = rows[first : first + STRETCH]
        shown = shown_by(town.rows.ids[stretch].tolist(), town.scorer, town.season)
        for row in stretch:
            if house := shown.get(int(town.rows.ids[row])):
                yield int(row), house


def rows_of_houses(town: Map, rows: NDArray[np.intp], most: int) -> Iterator[tuple[int, str]]:
    """As `shown_rows`, until there are more than so many houses."""
    houses: set[str] = set()
    for row, house in shown_rows(town, rows):
        if len(houses) >= most and house not in houses:
            return
        houses.add(house)
        yield row, house
