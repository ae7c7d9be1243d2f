"""Doubtful pairs of regions, compared on the patches that were kept of them: no picture and no network is needed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

import numpy as np

from ml.tools.descriptors import DescriptorError, Descriptors
from ml.tools.kept import KeptError, kept
from ml.tools.match.compare import compare
from ml.tools.match.place import CROP_COEFFICIENTS, PlaceModel, read_model
from server.frames.models import Region
from server.houses.identity.grouping import Pair
from server.houses.models import Comparison

AT_ONCE = 2000
DESCRIBED = 512


@cache
def place_model() -> PlaceModel:
    return read_model(CROP_COEFFICIENTS)


@cache
def matcher() -> str:
    """12 hex digits that change with any coefficient of the comparison."""
    return hashlib.sha256(repr(place_model()).encode()).hexdigest()[:12]


def compared(pairs: Sequence[Pair]) -> Iterator[tuple[Pair, float]]:
    """What their patches say of these pairs, as it is found; none that was made before."""
    fresh = unknown(pairs)
    for first in range(0, len(fresh), AT_ONCE):
        yield from chances_of(fresh[first : first + AT_ONCE]).items()


def chances_of(pairs: Iterable[Pair]) -> dict[Pair, float]:
    """The chance of one house for each pair of regions (ids), by their patches; pairs that cannot be compared are left out."""
    wanted = sorted(pairs)
    stored = patches_of({region for pair in wanted for region in pair})

    @lru_cache(maxsize=DESCRIBED)
    def described(region: int) -> Descriptors:
        content, vector = stored[region]
        return kept(content, np.frombuffer(vector, np.float16).astype(np.float32))

    found = {}
    for first, second in wanted:
        try:
            statistics = compare(described(first), described(second)).statistics
        except (KeptError, DescriptorError):
            continue
        found[first, second] = place_model().chance(statistics)
    return found


def unknown(pairs: Sequence[Pair]) -> list[Pair]:
    """Without those that these coefficients have judged before."""
    rows = Comparison.objects.filter(
        first__in={first for first, _ in pairs}, way=Comparison.Way.MATCH, made_by=matcher()
    )
    known = set(rows.values_list("first", "second"))
    return [pair for pair in pairs if pair not in known]


def patches_of(regions: Iterable[int]) -> dict[int, tuple[bytes, bytes]]:
    """Kept patches and vector of each region (id)."""
    rows = Region.objects.filter(pk__in=regions).values_list("pk", "patches", "vector")
    return {pk: (bytes(patches), bytes(vector)) for pk, patches, vector in rows}
