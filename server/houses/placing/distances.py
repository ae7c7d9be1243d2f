"""How far off each house stands, measured anew from all frames of a drive that show it. Geometry alone; no network."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np
from django.db import transaction

from server.drives.models import Drive, Side
from server.drives.track import Fix, offset_m
from server.frames.models import FrameScore, Scorer
from server.houses.models import DistanceBy, Sighting
from server.houses.placing.fronts import LitFront, lit_front
from server.houses.placing.locate import lens_of
from server.houses.placing.parallax import Floats, Glimpse, front_line_m
from server.houses.placing.roadside import HOUSE_LINE_M, SHALLOWEST

HOUSES_AT_ONCE = 200
MOST_TURN_DEG = 45.0
MEASURES = ["distance_m", "distance_by", "lit_sr", "lit_m2", "share_at_reference"]
Maps = Mapping[int, Floats]


@transaction.atomic
def measure_distances(drive: Drive, scorer: Scorer) -> int:
    """Gives the drive's sightings that show a house the distance that its frames tell together; how many changed.

    What a depth model has measured stays. Running it again changes nothing. What it reads grows with the drive, not with
    the drives that passed the same houses before.
    """
    measurable = Sighting.objects.filter(
        frame__drive=drive, scorer=scorer, distance_m__isnull=False, house__isnull=False
    ).exclude(distance_by=DistanceBy.MODEL)
    house_ids = list(measurable.order_by("house_id").values_list("house_id", flat=True).distinct())
    changed = 0
    for first in range(0, len(house_ids), HOUSES_AT_ONCE):
        some = measurable.filter(house__in=house_ids[first : first + HOUSES_AT_ONCE])
        rows = list(
            some.select_related("region", "frame__camera")
            .defer("region__patches", "region__vector")
            .order_by("house_id", "frame__camera_id", "frame__view", "frame__captured_at", "frame_id", "id")
        )
        maps = maps_of(scorer, {one.frame_id for one in rows})
        moved = [
            sighting
            for _, passing in groupby(
                rows, key=lambda one: (one.house_id, one.frame.camera_id, one.frame.view)
            )
            for sighting in measured(list(passing), maps)
        ]
        Sighting.objects.bulk_update(moved, MEASURES, batch_size=500)
        changed += len(moved)
    return changed


def maps_of(scorer: Scorer, frame_ids: Iterable[int]) -> dict[int, Floats]:
    """The festivity maps (rows, columns) in [0, 1] by the id of their frame."""
    scores = FrameScore.objects.filter(scorer=scorer, frame__in=frame_ids)
    found = scores.values_list("frame_id", "map_rows", "map_columns", "map_bytes")
    return {
        frame: np.frombuffer(patches, np.uint8).reshape(rows, columns) / 255
        for frame, rows, columns, patches in found
    }


def measured(passing: list[Sighting], maps: Maps) -> Iterator[Sighting]:
    """One camera's sightings of one house in order of time: those whose measures are not what the frames tell together."""
    line_m = line_of(passing, maps)
    by = DistanceBy.LINE if line_m is None else DistanceBy.FRAMES
    for sighting in passing:
        lit = seen_beside(sighting, HOUSE_LINE_M if line_m is None else line_m)
        if not math.isclose(lit.distance_m, sighting.distance_m or 0) or sighting.distance_by != by:
            sighting.distance_m, sighting.distance_by = lit.distance_m, by
            sighting.lit_sr, sighting.lit_m2 = lit.sr, lit.m2
            sighting.share_at_reference = lit.share_at_reference
            yield sighting


def seen_beside(sighting: Sighting, line_m: float) -> LitFront:
    """The lit front of the sighting, were it `line_m` beside the car's way."""
    off_deg = sighting.bearing_deg - sighting.facing_deg
    square_on = max(math.cos(math.radians(off_deg)), SHALLOWEST)
    region = sighting.region
    return lit_front(region.box, region.share, lens_of(sighting.frame), line_m / square_on, square_on)


def line_of(passing: Sequence[Sighting], maps: Maps) -> float | None:
    """Metres beside the way by the maps of the frames; None where they do not tell."""
    turn = 1 if passing[0].side == Side.RIGHT else -1
    mount_deg = passing[0].frame.mount_angle_deg
    shapes = {maps[one.frame_id].shape for one in passing if one.frame_id in maps}
    if len(shapes) != 1 or abs(mount_deg * turn - 90) > MOST_TURN_DEG:
        return None
    ahead = columns_ahead(passing[0], shapes.pop()[1])
    along = along_way(passing)
    glimpses = []
    for frame, sightings in groupby(passing, key=lambda one: one.frame_id):
        if frame in maps:
            light = maps[frame] * in_boxes(maps[frame].shape, [one.region.box for one in sightings])
            glimpses.append(Glimpse(along[frame], light[:, ::-turn]))
    return front_line_m(glimpses, ahead[::-turn])


def columns_ahead(sighting: Sighting, columns: int) -> Floats:
    """(columns,) the cotangent of the angle between the driving direction and the middle of each column of the picture."""
    focal = lens_of(sighting.frame).focal
    across = np.arctan(((np.arange(columns) + 0.5) / columns - 0.5) / focal)
    angle = np.abs(np.radians(sighting.frame.mount_angle_deg) + across)
    return np.asarray(1 / np.tan(np.clip(angle, 0.05, math.pi - 0.05)))


def in_boxes(shape: tuple[int, ...], boxes: Sequence[Sequence[float]]) -> Floats:
    """(rows, columns): 1 in the patches that the boxes touch, 0 beyond."""
    rows, columns = shape
    inside = np.zeros(shape)
    for x0, y0, x1, y1 in boxes:
        inside[int(y0 * rows) : math.ceil(y1 * rows), int(x0 * columns) : math.ceil(x1 * columns)] = 1
    return inside


def along_way(passing: Sequence[Sighting]) -> dict[int, float]:
    """Metres along the way of each frame's camera, by the frame's id, from the first frame on."""
    facing = np.radians([one.facing_deg for one in passing])
    east, north = float(np.sin(facing).mean()), float(np.cos(facing).mean())
    turn = 1 if passing[0].side == Side.RIGHT else -1
    origin = fix_of(passing[0])
    places = {one.frame_id: offset_m(origin, fix_of(one)) for one in passing}
    return {frame: turn * (north_m * east - east_m * north) for frame, (east_m, north_m) in places.items()}


def fix_of(sighting: Sighting) -> Fix:
    frame = sighting.frame
    if frame.position is None:
        raise ValueError(f"{sighting} was placed from a frame that has no place.")
    return Fix(frame.captured_at, frame.position.x, frame.position.y)
