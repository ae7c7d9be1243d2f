"""What identifying looks at: the sightings in question, those of known houses around, and all that is known of pairs of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection

from server.core.sql import read_sql
from server.drives.models import Drive
from server.drives.track import Fix, offset_m
from server.frames.models import Region, Scorer
from server.houses.grouping import RULE, Costs, Floats, Pair, Rule, centred, doubtful_pairs, pair_costs
from server.houses.models import Comparison, Sighting
from server.houses.tracks import apart, averaged, columns_of, settle, tracks_of

KNOWN_SIGHTINGS = 8
TYPICAL_OF = 1000
TYPICAL_FROM = 30


@dataclass(frozen=True)
class Scene:
    """`sightings`: the houseless ones of a drive (`fresh` of them), then some of known houses. Indices below are theirs.

    `places_m` (N, 2) and `facing_deg` (N,) are those of the track that a sighting belongs to; `never`: pairs of two houses.
    """

    scorer: Scorer
    sightings: list[Sighting]
    fresh: int
    places_m: Floats
    facing_deg: Floats
    tracks: list[list[int]]
    never: list[Pair]
    rule: Rule

    @property
    def known(self) -> range:
        return range(self.fresh, len(self.sightings))

    def costs(self) -> Costs:
        """Costs of all pairs that may be one house."""
        regions = [sighting.region_id for sighting in self.sightings]
        chances = dict(rows_of(regions, compared(regions, Comparison.Way.MATCH)))
        vectors = likenesses(self.sightings, self.scorer)
        found = pair_costs(self.places_m, self.facing_deg, vectors, self.rule, chances)
        settle(found, self.tracks, self.never)
        return found

    def doubtful(self) -> list[Pair]:
        """Ids of regions of this scorer whose patches are worth comparing, the most doubtful pairs first."""
        track_of = {row: number for number, rows in enumerate(self.tracks) for row in rows}
        own = {row for row, sighting in enumerate(self.sightings) if sighting.scorer_id == self.scorer.pk}
        frames = [sighting.frame_id for sighting in self.sightings]
        pairs = [
            (self.sightings[one].region_id, self.sightings[other].region_id)
            for one, other in doubtful_pairs(self.places_m, self.facing_deg, self.rule)
            if {one, other} <= own and frames[one] != frames[other] and track_of[one] != track_of[other]
            if one < self.fresh
        ]
        return [(min(pair), max(pair)) for pair in pairs]


def scene_of(drive: Drive, scorer: Scorer, rule: Rule = RULE) -> Scene | None:
    """The scene of a drive's houseless sightings; None where there are none."""
    fresh = sightings(frame__drive=drive, scorer=scorer, house=None)
    if not fresh:
        return None
    everyone = fresh + known_sightings(drive, scorer)
    frames = [sighting.frame_id for sighting in everyone]
    columns = columns_of(frames, [sighting.region.box for sighting in everyone], rule.nearly)
    regions = [sighting.region_id for sighting in everyone]
    links = [pair for pair, _ in rows_of(regions, compared(regions, Comparison.Way.FOLLOW))]
    places = places_m(everyone)
    tracks = tracks_of(links, places, frames, columns, rule.max_width_m)
    facing_deg = np.array([sighting.facing_deg for sighting in everyone])
    averages = averaged(places, facing_deg, tracks)
    return Scene(scorer, everyone, len(fresh), *averages, tracks, apart(frames, columns), rule)


def sightings(**conditions: object) -> list[Sighting]:
    found = Sighting.objects.filter(**conditions).select_related("region", "house", "frame")
    return list(found.defer("region__patches").order_by("frame__captured_at", "id"))


def known_sightings(drive: Drive, scorer: Scorer) -> list[Sighting]:
    """Up to eight sightings of each house within reach of this drive's new ones, those of this scorer first."""
    with connection.cursor() as cursor:
        cursor.execute(
            read_sql("houses/known_sightings.sql"),
            {
                "drive": drive.pk,
                "scorer": scorer.pk,
                "reach_m": RULE.max_width_m * 2,
                "at_most": KNOWN_SIGHTINGS,
            },
        )
        ids = [row[0] for row in cursor.fetchall()]
    return sightings(pk__in=ids)


def compared(regions: Sequence[int], way: str) -> list[tuple[Pair, float]]:
    """Pairs of these regions (ids) that were compared in this way, the surest first, with their chances."""
    found = Comparison.objects.filter(first__in=regions, second__in=regions, way=way)
    rows = found.order_by("-chance", "first", "second").values_list("first", "second", "chance")
    return [((first, second), chance) for first, second, chance in rows]


def rows_of(regions: Sequence[int], pairs: Iterable[tuple[Pair, float]]) -> Iterable[tuple[Pair, float]]:
    """Pairs of region ids as pairs of indices into `regions`, the lower one first."""
    row_of = {region: row for row, region in enumerate(regions)}
    for (first, second), chance in pairs:
        one, other = row_of[first], row_of[second]
        yield (min(one, other), max(one, other)), chance


def places_m(everyone: Sequence[Sighting]) -> Floats:
    """(N, 2) metres east and north of the first one."""
    origin = fix_of(everyone[0])
    return np.array([offset_m(origin, fix_of(sighting)) for sighting in everyone])


def fix_of(sighting: Sighting) -> Fix:
    return Fix(sighting.frame.captured_at, sighting.position.x, sighting.position.y)


def likenesses(everyone: Sequence[Sighting], scorer: Scorer) -> Floats:
    """(N, D) vectors to compare, zero for sightings of other scorers: vectors of two scorers do not compare."""
    centre = typical_vector(scorer)
    own = [row for row, sighting in enumerate(everyone) if sighting.scorer_id == scorer.pk]
    seen = centred(np.stack([vector_of(everyone[row].region.vector) for row in own]), centre)
    vectors = np.zeros((len(everyone), seen.shape[1]))
    vectors[own] = seen
    return vectors


def typical_vector(scorer: Scorer) -> Floats | None:
    """The mean vector of the scorer's latest regions, or None while there are too few of them to speak of typical."""
    latest = Region.objects.filter(scorer=scorer).order_by("-pk").values_list("vector", flat=True)
    vectors = [vector_of(vector) for vector in latest[:TYPICAL_OF]]
    return np.mean(vectors, axis=0) if len(vectors) >= TYPICAL_FROM else None


def vector_of(stored: bytes | memoryview) -> Floats:
    return np.frombuffer(stored, np.float16).astype(np.float64)
