"""How far off each house stands, measured anew from all frames of a drive that show it. Geometry alone; no network."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from django.db.models import Q

from server.drives.track import Fix, offset_m
from server.frames.models import Scorer
from server.houses.fronts import LitFront, lit_front
from server.houses.locate import lens_of
from server.houses.models import DistanceBy, Sighting
from server.houses.parallax import Edge, front_line_m
from server.houses.placing import HOUSE_LINE_M, MIN_ANGLE_DEG, SHALLOWEST

EDGE = 0.015
MEASURES = ["distance_m", "distance_by", "lit_sr", "lit_m2", "share_at_reference"]


def measure_distances(scorer: Scorer, house_ids: Sequence[int] | None = None) -> int:
    """Gives the sightings of these houses (all) the distance that their drive's frames tell together; how many changed.

    What a depth model has measured stays. Running it again changes nothing.
    """
    of_houses = Q(house__isnull=False) if house_ids is None else Q(house__in=house_ids)
    rows = (
        Sighting.objects.filter(of_houses, scorer=scorer, distance_m__isnull=False)
        .exclude(distance_by=DistanceBy.MODEL)
        .select_related("region", "frame__camera")
        .order_by("house_id", "frame__camera_id", "frame__captured_at", "frame_id", "id")
    )
    changed: list[Sighting] = []
    for _, passing in groupby(rows.iterator(500), key=lambda one: (one.house_id, one.frame.camera_id)):
        changed += measured(list(passing))
    Sighting.objects.bulk_update(changed, MEASURES, batch_size=500)
    return len(changed)


def measured(passing: list[Sighting]) -> Iterator[Sighting]:
    """One camera's sightings of one house in order of time: those whose measures are not what the frames tell together."""
    line_m = front_line_m(edges_of(passing))
    by = DistanceBy.LINE if line_m is None else DistanceBy.FRAMES
    for sighting in passing:
        lit = seen_beside(sighting, HOUSE_LINE_M if line_m is None else line_m)
        if not math.isclose(lit.distance_m, sighting.distance_m or 0) or sighting.distance_by != by:
            take_over(sighting, lit, by)
            yield sighting


def seen_beside(sighting: Sighting, line_m: float) -> LitFront:
    """The lit front of the sighting, were it `line_m` beside the car's way."""
    off_deg = sighting.bearing_deg - sighting.facing_deg
    square_on = max(math.cos(math.radians(off_deg)), SHALLOWEST)
    region = sighting.region
    return lit_front(region.box, region.share, lens_of(sighting.frame), line_m / square_on, square_on)


def take_over(sighting: Sighting, lit: LitFront, by: DistanceBy) -> None:
    sighting.distance_m, sighting.distance_by = lit.distance_m, by
    sighting.lit_sr, sighting.lit_m2 = lit.sr, lit.m2
    sighting.share_at_reference = lit.share_at_reference


def edges_of(passing: Sequence[Sighting]) -> tuple[Edge, Edge]:
    """The left and the right edge of what each frame shows of the house, where the picture does not cut it off."""
    along = along_way(passing)
    left: list[tuple[float, float]] = []
    right: list[tuple[float, float]] = []
    for _, regions in groupby(passing, key=lambda sighting: sighting.frame_id):
        of_frame = list(regions)
        first, last = (
            min(one.region.box[0] for one in of_frame),
            max(one.region.box[2] for one in of_frame),
        )
        for edge, column in ((left, first), (right, last)):
            ahead = ahead_of(of_frame[0], column)
            if EDGE < column < 1 - EDGE and ahead is not None:
                edge.append((along[of_frame[0].frame_id], ahead))
    return left, right


def along_way(passing: Sequence[Sighting]) -> dict[int, float]:
    """Metres along the way of each frame's camera, by its id, from the first frame on."""
    facings = [math.radians(one.facing_deg) for one in passing]
    east, north = mean(map(math.sin, facings)), mean(map(math.cos, facings))
    turn = 1 if passing[0].side == "right" else -1
    origin = fix_of(passing[0])
    places = {one.frame_id: offset_m(origin, fix_of(one)) for one in passing}
    return {frame: turn * (north_m * east - east_m * north) for frame, (east_m, north_m) in places.items()}


def mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)


def fix_of(sighting: Sighting) -> Fix:
    frame = sighting.frame
    return Fix(frame.captured_at, frame.position.x, frame.position.y)


def ahead_of(sighting: Sighting, column: float) -> float | None:
    """The cotangent of the angle between the driving direction and a column; None where that lies along the road."""
    camera = sighting.frame.camera
    off_axis = lens_of(sighting.frame).off_axis(column)
    angle = math.radians(camera.mount_angle_deg) + off_axis
    turn = 1 if sighting.side == "right" else -1
    across = math.sin(angle) * turn
    return math.cos(angle) / across if across > math.sin(math.radians(MIN_ANGLE_DEG)) else None
