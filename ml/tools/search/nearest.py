"""The nearest entries of an index: exact, by numpy or by FAISS, with the same answers."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ml.tools.search.index import Index, Look, SearchError, check_vectors
from ml.types import Box, Floats

FAISS_ABOVE = 50_000
ROUNDING = 1e-4
LOWEST = -1.0
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Match:
    """One entry that was found.

    `score`: cosine in [-1, 1] of the best pair of a vector of the entry and one of the query; `box` and `query_box` are theirs.
    """

    name: str
    score: float
    box: Box
    query_box: Box


class Finder(Protocol):
    """Proposes; the scores are settled afterwards, in one way for all finders."""

    engine: str

    def candidates(self, query: Floats, top: int, lowest: float) -> Numbers:
        """Numbers of entries among which are the `top` best of score >= `lowest` for a vector (D,)."""


class NumpyFinder:
    """Every vector is looked at."""

    engine = "numpy"

    def __init__(self, index: Index) -> None:
        self._vectors = index.vectors
        self._starts = index.starts[:-1]

    def candidates(self, query: Floats, top: int, lowest: float) -> Numbers:
        best = np.maximum.reduceat(self._vectors @ query, self._starts)
        if top < len(best):
            lowest = max(lowest, float(np.partition(best, len(best) - top)[len(best) - top]))
        return np.flatnonzero(best >= lowest - ROUNDING)


class FaissFinder:
    """FAISS' flat inner-product index: every vector is looked at, by all cores. Raises SearchError where it is missing."""

    engine = "faiss"

    def __init__(self, index: Index) -> None:
        if not faiss_installed():
            raise SearchError(
                "FAISS is not installed: pip install faiss-cpu. Without it, numpy searches exactly, too."
            )
        faiss: Any = importlib.import_module("faiss")
        self._flat = faiss.IndexFlatIP(index.maker.dimension)
        self._flat.add(np.ascontiguousarray(index.vectors))
        counts = np.diff(index.starts)
        self._most = int(counts.max(initial=1))
        self._entries = np.repeat(np.arange(len(counts)), counts)

    def candidates(self, query: Floats, top: int, lowest: float) -> Numbers:
        """The nearest `top` x (most vectors of an entry) are of `top` entries at least; ties beyond them are asked for."""
        asked = np.ascontiguousarray(query[None])
        scores, _ = self._flat.search(asked, min(len(self._entries), top * self._most))
        floor = max(lowest, float(scores.min())) - ROUNDING
        _, _, rows = self._flat.range_search(asked, floor)
        return np.unique(self._entries[rows])


def faiss_installed() -> bool:
    return importlib.util.find_spec("faiss") is not None


def open_finder(index: Index, engine: str = "auto") -> Finder:
    """`numpy`, `faiss`, or `auto`: FAISS above 50,000 vectors where it is installed.

    Raises SearchError for another engine, for FAISS where it is missing, and for an empty index.
    """
    if not index.entries:
        raise SearchError("The index is empty; register pictures first.")
    if engine == "auto":
        engine = "faiss" if len(index.vectors) > FAISS_ABOVE and faiss_installed() else "numpy"
    if engine not in ("numpy", "faiss"):
        raise SearchError(f"There is no engine {engine!r}; known are: auto, numpy, faiss.")
    return FaissFinder(index) if engine == "faiss" else NumpyFinder(index)


def search(
    index: Index, finder: Finder, looks: Sequence[Look], top: int = 5, threshold: float = LOWEST
) -> list[Match]:
    """The at most `top` entries of score >= `threshold`, the best first, equal scores by name.

    `looks` are the query's vectors; the best pair of vectors counts. Scores are settled in float64, one row at a time, so
    that equal vectors get equal scores wherever they stand. Raises SearchError.
    """
    check_search(top, threshold)
    queries = np.stack([look.vector for look in looks]).astype(np.float32)
    check_vectors(queries, index.maker.dimension)
    found = [finder.candidates(query, top, threshold) for query in queries]
    matches = [settled(index, int(number), looks) for number in np.unique(np.concatenate(found))]
    above = [match for match in matches if match.score >= threshold]
    return sorted(above, key=lambda match: (-match.score, match.name))[:top]


def check_search(top: int, threshold: float) -> None:
    """Raises SearchError."""
    if top < 1:
        raise SearchError("The number of matches to show has to be 1 or more.")
    if not -1 <= threshold <= 1:
        raise SearchError("The threshold is a cosine: a number from -1 to 1.")


def settled(index: Index, number: int, looks: Sequence[Look]) -> Match:
    """The match of one entry."""
    first, last = index.starts[number], index.starts[number + 1]
    rows = index.vectors[first:last].astype(np.float64)
    scores = np.array([(rows * look.vector.astype(np.float64)).sum(axis=1) for look in looks])
    query, row = np.unravel_index(int(scores.argmax()), scores.shape)
    return Match(
        name=index.entries[number].name,
        score=float(np.clip(scores[query, row], -1, 1)),
        box=box_of(index.boxes[first + row]),
        query_box=looks[int(query)].box,
    )


def box_of(edges: Floats) -> Box:
    x0, y0, x1, y1 = (round(float(edge), 4) for edge in edges)
    return x0, y0, x1, y1
