"""Doubtful pairs of regions, compared on the patches that were kept of them: no picture and no network is needed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import numpy as np

from ml.tools.descriptors import DescriptorError, Descriptors
from ml.tools.kept import KeptError, kept
from ml.tools.match.compare import compare
from ml.tools.match.place import CROP_COEFFICIENTS, PlaceModel, read_model
from server.frames.models import Region
from server.houses.models import Comparison

Pair = tuple[int, int]
MOST_LOOKS = 12
DESCRIBED = 512


@cache
def place_model() -> PlaceModel:
    return read_model(CROP_COEFFICIENTS)


@cache
def matcher() -> str:
    """12 hex digits that change with any coefficient of the comparison."""
    return hashlib.sha256(repr(place_model()).encode()).hexdigest()[:12]


def compared(pairs: Iterable[Pair]) -> dict[Pair, float]:
    """What `chances_of` says of these pairs; of a region at most 12, those of the first pairs, and none that was made before."""
    return chances_of(unknown(limited(pairs)))


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


def limited(pairs: Iterable[Pair]) -> list[Pair]:
    """The first pairs, as long as neither region has been in 12 of them."""
    looks: Counter[int] = Counter()
    chosen = []
    for pair in pairs:
        if max(looks[region] for region in pair) < MOST_LOOKS:
            looks.update(pair)
            chosen.append(pair)
    return chosen


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
