"""Placing a drive: headings for its frames from the track, roadside points for its regions. Geometry alone; no network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.gis.geos import Point
from django.db import transaction

from server.drives.models import Drive
from server.drives.queries import track_of
from server.drives.track import Fix, heading_at, position_at
from server.frames.models import Frame, Region, Scorer
from server.frames.services import place_frames
from server.houses.models import Sighting
from server.houses.placing import Placed, View, place


@dataclass(frozen=True)
class Located:
    """How many regions came in, became sightings, and could not be placed for want of a heading or a clear angle."""

    came_in: int
    out: int
    unplaced: int


@transaction.atomic
def locate_drive(drive: Drive, scorer: Scorer) -> Located:
    """Writes heading and position of every frame and one sighting per region. Running it again gives the same rows."""
    frames = turn_frames(drive)
    regions = Region.objects.filter(frame__drive=drive, scorer=scorer).order_by("frame_id", "index")
    placed = [(region, place_region(frames[region.frame_id], region)) for region in regions]
    sightings = [sighting_of(region, where) for region, where in placed if where]
    Sighting.objects.bulk_create(
        sightings,
        update_conflicts=True,
        unique_fields=["region"],
        update_fields=["side", "position", "bearing_deg", "facing_deg"],
        batch_size=500,
    )
    return Located(came_in=len(placed), out=len(sightings), unplaced=len(placed) - len(sightings))


def turn_frames(drive: Drive) -> dict[int, Frame]:
    """The drive's frames by id, with time, position and heading anew from clock offsets and track."""
    track = track_of(drive)
    frames = list(drive.frames.filter(poisoned=False).select_related("camera", "footage__track_point"))
    for frame in frames:
        turn_frame(frame, track)
    place_frames(frames)
    return {frame.pk: frame for frame in frames}


def turn_frame(frame: Frame, track: list[Fix]) -> None:
    frame.captured_at = frame.device_at + timedelta(milliseconds=frame.camera.clock_offset_ms)
    where = frame.footage.fix.coords if frame.footage.fix else position_at(track, frame.captured_at)
    if where:
        frame.position = Point(where, srid=4326)
    here = Fix(frame.captured_at, frame.position.x, frame.position.y)
    frame.heading_deg = heading_at(track, here)


def place_region(frame: Frame, region: Region) -> Placed | None:
    if frame.heading_deg is None:
        return None
    view = View(
        lon=frame.position.x,
        lat=frame.position.y,
        heading_deg=frame.heading_deg,
        mount_angle_deg=frame.camera.mount_angle_deg,
        field_of_view_deg=frame.camera.field_of_view_deg,
    )
    x0, y0, x1, y1 = region.box
    return place(view, (x0, y0, x1, y1))


def sighting_of(region: Region, placed: Placed) -> Sighting:
    return Sighting(
        region=region,
        frame_id=region.frame_id,
        scorer_id=region.scorer_id,
        side=placed.side,
        position=Point(placed.lon, placed.lat, srid=4326),
        bearing_deg=placed.bearing_deg,
        facing_deg=placed.facing_deg,
    )
