"""A drive's passages: its sightings that were followed from one to the next, each with the place where their rays cross.

They are told by the drive alone. Which house a passage shows is asked later (`server/houses/identity/identify.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from django.contrib.gis.geos import Point
from django.db import transaction

from server.drives.models import Drive
from server.drives.track import EARTH_RADIUS_M, Fix, LonLat, offset_between_m, offset_m
from server.frames.models import Region, Scorer
from server.houses.identity.comparisons import compared, rows_of
from server.houses.identity.grouping import Floats, Rule
from server.houses.identity.lock import lock_identity
from server.houses.identity.rays import Rays, crossing
from server.houses.identity.tracks import columns_of, still_links, tracks_of, trust_of
from server.houses.models import Comparison, FrontBy, Passage, Sighting
from server.houses.placing.anchors import LINE_SPREAD_M
from server.houses.placing.roadside import HOUSE_LINE_M


@transaction.atomic
def ensure_passages(drive: Drive, scorer: Scorer, rule: Rule) -> list[int]:
    """The ids of the drive's passages, where they had to be made, all together; none where every sighting has one."""
    lock_identity()
    placed = Sighting.objects.filter(frame__drive=drive, scorer=scorer)
    if not placed.filter(passage=None).exists():
        return []
    Passage.objects.filter(drive=drive, scorer=scorer).delete()
    rows = sightings_of(drive, scorer)
    looked = set(
        Region.objects.filter(frame__drive=drive, scorer=scorer)
        .exclude(patches=b"")
        .values_list("pk", flat=True)
    )
    frames, boxes = [one.frame_id for one in rows], [one.region.box for one in rows]
    columns = columns_of(frames, boxes, rule.nearly)
    trust = dict(zip(rows, trust_of(boxes, [one.region.share for one in rows], columns), strict=True))
    tracks = tracks_among(rows, columns, rule)
    passages = Passage.objects.bulk_create(
        [passage_of([rows[row] for row in track], looked, trust) for track in tracks], batch_size=500
    )
    for passage, track in zip(passages, tracks, strict=True):
        for row in track:
            rows[row].passage = passage
    Sighting.objects.bulk_update(rows, ["passage"], batch_size=500)
    return [passage.pk for passage in passages]


def sightings_of(drive: Drive, scorer: Scorer) -> list[Sighting]:
    """The drive's sightings in an order that tells nothing of when they were written."""
    found = Sighting.objects.filter(frame__drive=drive, scorer=scorer).select_related("region", "frame")
    return list(
        found.defer("region__patches").order_by(
            "frame__captured_at", "frame__camera__key", "region__index", "id"
        )
    )


def tracks_among(rows: Sequence[Sighting], columns: Sequence[int], rule: Rule) -> list[list[int]]:
    """Rows of sightings that are one passage, by what was followed and by what a camera that stood still saw."""
    frames, boxes = [one.frame_id for one in rows], [one.region.box for one in rows]
    regions = [one.region_id for one in rows]
    links = [pair for pair, _ in rows_of(regions, compared(regions, Comparison.Way.FOLLOW))]
    at_s = [one.frame.captured_at.timestamp() for one in rows]
    still = still_links(
        [one.frame.camera_id for one in rows], at_s, rays_of(rows, camera_of(rows[0])).cameras_m, boxes
    )
    return tracks_of([*links, *still], places_m(rows), frames, columns, rule.max_width_m)


def passage_of(rows: Sequence[Sighting], looked: set[int], trust: Mapping[Sighting, float]) -> Passage:
    """`looked`: ids of the regions whose patches were kept; `trust` as `trust_of` gives it."""
    spot = crossing(rays_of(rows, camera_of(rows[0])))
    several = len({one.frame_id for one in rows}) > 1
    facing = np.exp(1j * np.radians([one.facing_deg for one in rows])).sum()
    look = max(rows, key=lambda one: (one.region_id in looked, trust[one]))
    return Passage(
        drive_id=rows[0].frame.drive_id,
        scorer_id=rows[0].scorer_id,
        began_at=rows[0].frame.captured_at,
        front=Point(lonlat(camera_of(rows[0]), spot.place_m), srid=4326),
        front_by=FrontBy.RAYS if several else rows[0].front_by,
        east_m2=spot.covariance[0, 0],
        north_m2=spot.covariance[1, 1],
        mixed_m2=spot.covariance[0, 1],
        facing_deg=math.degrees(np.angle(facing)) % 360,
        vector=mean_vector(rows),
        look=look.region,
        trust=trust[look],
    )


def mean_vector(rows: Sequence[Sighting]) -> bytes:
    """The mean of the regions' vectors, of unit length (zeros stay zeros), as float16."""
    mean = np.mean([vector_of(one.region.vector) for one in rows], axis=0)
    return bytes((mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float16).tobytes())


def rays_of(rows: Sequence[Sighting], origin: LonLat) -> Rays:
    """Their rays, in metres east and north of `origin`."""
    return Rays(
        np.array([offset_between_m(origin, camera_of(one)) for one in rows]),
        np.array([one.bearing_deg for one in rows]),
        np.array([away_m(one) for one in rows]),
        np.array([one.away_spread_m or LINE_SPREAD_M for one in rows]),
    )


def away_m(sighting: Sighting) -> float:
    """From the camera to where its ray alone puts the front."""
    if sighting.front is None:
        return sighting.distance_m or HOUSE_LINE_M
    return math.hypot(*offset_between_m(camera_of(sighting), (sighting.front.x, sighting.front.y)))


def camera_of(sighting: Sighting) -> LonLat:
    camera = sighting.frame.position or sighting.position
    return camera.x, camera.y


def places_m(rows: Sequence[Sighting]) -> Floats:
    """(N, 2) roadside points in metres east and north of the first one."""
    origin = fix_of(rows[0])
    return np.array([offset_m(origin, fix_of(one)) for one in rows])


def fix_of(sighting: Sighting) -> Fix:
    return Fix(sighting.frame.captured_at, sighting.position.x, sighting.position.y)


def lonlat(origin: LonLat, offset_m: Floats) -> LonLat:
    """The place so many metres (2,) east and north of `origin`; the way back of `offset_between_m`."""
    lat = origin[1] + math.degrees(float(offset_m[1]) / EARTH_RADIUS_M)
    mean_lat = math.radians((origin[1] + lat) / 2)
    lon = origin[0] + math.degrees(float(offset_m[0]) / (EARTH_RADIUS_M * max(math.cos(mean_lat), 1e-9)))
    return (lon + 180) % 360 - 180, lat


def vector_of(stored: bytes | memoryview) -> Floats:
    return np.frombuffer(stored, np.float16).astype(np.float64)
