"""Placing a drive: headings for its frames from the track, roadside points for its regions. Geometry alone; no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.contrib.gis.geos import Point
from django.db import transaction

from server.drives.home.zone import Zone, home_zone_of, is_near_home
from server.drives.models import Drive
from server.drives.queries import place_of, track_of
from server.drives.services import set_fixes, true_time
from server.drives.track import Fix, heading_at
from server.frames.models import Frame, Region, Scorer
from server.frames.services import place_frames
from server.houses.identity.leaving import leave_houses, shown_by
from server.houses.identity.lock import lock_identity
from server.houses.models import DistanceBy, FrontBy, Passage, Sighting
from server.houses.placing.anchors import LINE_SPREAD_M, MODEL_SPREAD, Away, Ray, anchored
from server.houses.placing.fronts import REFERENCE_ASPECT, Lens, distance_of_depth, lit_front
from server.houses.placing.reverse import forwards
from server.houses.placing.roadside import HOUSE_LINE_M, Placed, View, place

LYING = ("position", "side", "bearing_deg", "facing_deg", "suppressed")


@dataclass(frozen=True)
class Located:
    """How many regions came in, became sightings, and could not be placed for want of a heading or a clear angle.

    `left`: the ids of the houses that some sightings showed before, and no longer do.
    """

    came_in: int
    out: int
    unplaced: int
    left: tuple[int, ...] = ()


@transaction.atomic
def locate_drive(drive: Drive, scorer: Scorer) -> Located:
    """Writes heading and position of every frame that was not set aside, and one sighting per region that can be placed.

    Running it again gives the same rows. A frame that a person called not festive has suppressed sightings from the start.
    What other scorers saw moves with it, so that their maps agree where the camera looked; where it stays, nothing of it is
    written.
    """
    lock_identity()
    before = shown_by(drive)
    frames = turn_frames(drive)
    located = place_regions(frames, scorer)
    for other in Scorer.objects.filter(sightings__frame__drive=drive).exclude(pk=scorer.pk).distinct():
        place_regions(frames, other, only_moved=True)
    return replace(located, left=tuple(leave_houses(before)))


@transaction.atomic
def place_beside(drive: Drive, scorer: Scorer) -> Located:
    """The sightings of a scorer that does not rule the drive's way, from frames that lie where they lie. Frames, cameras and
    what other scorers saw stay as they are."""
    lock_identity()
    frames = drive.frames.filter(poisoned=False).select_related("camera", "footage__camera")
    return place_regions({frame.pk: frame for frame in frames}, scorer, only_moved=True)


def place_regions(frames: Mapping[int, Frame], scorer: Scorer, *, only_moved: bool = False) -> Located:
    """One sighting per region of these frames that can be placed; no longer one for those that cannot.

    Their drive's passages have to be found anew. With `only_moved` sightings that lie where they lay are left alone, and keep
    what was measured of them since; if all do, so do the passages.
    """
    found = Region.objects.filter(frame__in=frames.keys(), scorer=scorer).defer("patches")
    regions = found.order_by("frame_id", "index")
    placed = [(region, place_region(frames[region.frame_id], region)) for region in regions]
    sightings = [sighting_of(frames[region.frame_id], region, where) for region, where in placed if where]
    gone = [region.pk for region, where in placed if not where]
    come_out = len(sightings)
    if only_moved:
        sightings = moved_among(sightings)
        if not sightings and not Sighting.objects.filter(region__in=gone).exists():
            return Located(came_in=len(placed), out=come_out, unplaced=len(gone))
    put_fronts(sightings)
    Passage.objects.filter(drive__in={frame.drive_id for frame in frames.values()}, scorer=scorer).delete()
    Sighting.objects.bulk_create(
        sightings,
        update_conflicts=True,
        unique_fields=["region"],
        update_fields=[
            "side",
            "position",
            "front",
            "front_by",
            "away_spread_m",
            "bearing_deg",
            "facing_deg",
            "suppressed",
            "distance_m",
            "distance_by",
            "lit_sr",
            "lit_m2",
            "share_at_reference",
        ],
        batch_size=500,
    )
    Sighting.objects.filter(region__in=gone).delete()
    return Located(came_in=len(placed), out=come_out, unplaced=len(gone))


def moved_among(sightings: list[Sighting]) -> list[Sighting]:
    """Those of these unsaved sightings that are new, or lie elsewhere than their region's row."""
    rows = Sighting.objects.filter(region__in=[one.region_id for one in sightings])
    known = {row.region_id: lying(row) for row in rows.only("region_id", *LYING)}
    return [one for one in sightings if known.get(one.region_id) != lying(one)]


def lying(sighting: Sighting) -> tuple[object, ...]:
    return *(getattr(sighting, name) for name in LYING[1:]), sighting.position.x, sighting.position.y


def turn_frames(drive: Drive) -> dict[int, Frame]:
    """The drive's frames by id, with time, position and heading anew from clock offsets and track."""
    set_fixes(drive)
    track, zone = track_of(drive), home_zone_of(drive.driver_id)
    frames = list(drive.frames.filter(poisoned=False).select_related("camera", "footage__camera"))
    for frame in frames:
        turn_frame(frame, track, zone)
    look_forwards(frames)
    place_frames(frames)
    return {frame.pk: frame for frame in frames}


def look_forwards(frames: list[Frame]) -> None:
    """Turns the headings of frames that were taken in reverse gear: the cameras look where they did."""
    known = [(frame.captured_at.timestamp(), frame.pk, frame.heading_deg, frame) for frame in frames]
    headed = sorted((at_s, pk, heading, frame) for at_s, pk, heading, frame in known if heading is not None)
    headings = forwards([at_s for at_s, *_ in headed], [heading for _, _, heading, _ in headed])
    for (*_, frame), heading_deg in zip(headed, headings, strict=True):
        frame.heading_deg = heading_deg


def turn_frame(frame: Frame, track: list[Fix], zone: Zone | None) -> None:
    """A frame that comes to lie near the driver's home has no place: the clock of its camera was another when it was made."""
    frame.captured_at = true_time(frame.camera, frame.device_at)
    where = place_of(frame.footage, frame.captured_at, track)
    if is_near_home(where, frame.captured_at, track, zone, own_fix=frame.footage.fix is not None):
        where = None
    frame.position = Point(where, srid=4326) if where else None
    frame.heading_deg = heading_at(track, Fix(frame.captured_at, *where)) if where else None


def place_region(frame: Frame, region: Region) -> Placed | None:
    if frame.position is None or frame.heading_deg is None:
        return None
    view = View(
        lon=frame.position.x,
        lat=frame.position.y,
        heading_deg=frame.heading_deg,
        mount_angle_deg=frame.mount_angle_deg,
        field_of_view_deg=frame.camera.field_of_view_deg,
    )
    x0, y0, x1, y1 = region.box
    return place(view, (x0, y0, x1, y1))


def lens_of(frame: Frame) -> Lens:
    """The frame's lens; the shape of a frame whose size is not known is that of most."""
    aspect = frame.height / frame.width if frame.height and frame.width else REFERENCE_ASPECT
    return Lens(frame.camera.field_of_view_deg, aspect)


def sighting_of(frame: Frame, region: Region, placed: Placed) -> Sighting:
    """The sighting, at the distance that a depth model gave its region, else at that of the usual line of houses."""
    lens = lens_of(frame)
    by_model_m = distance_of_depth(region.depth_m, region.box, lens)
    lit = lit_front(region.box, region.share, lens, by_model_m or placed.distance_m, placed.square_on)
    return Sighting(
        region=region,
        frame=frame,
        scorer_id=region.scorer_id,
        side=placed.side,
        position=Point(placed.lon, placed.lat, srid=4326),
        bearing_deg=placed.bearing_deg,
        facing_deg=placed.facing_deg,
        suppressed=frame.not_festive,
        distance_m=lit.distance_m,
        distance_by=DistanceBy.MODEL if by_model_m else DistanceBy.LINE,
        lit_sr=lit.sr,
        lit_m2=lit.m2,
        share_at_reference=lit.share_at_reference,
    )


def put_fronts(sightings: list[Sighting]) -> None:
    """Where each ray alone puts the front: footprint, address point, depth model, or the line of houses."""
    rays = [ray_of(sighting) for sighting in sightings]
    told = anchored(rays)
    for number, (sighting, ray) in enumerate(zip(sightings, rays, strict=True)):
        away = told.get(number) or usual(sighting)
        sighting.front = Point(ray.at(away.away_m), srid=4326)
        sighting.front_by, sighting.away_spread_m = away.by, away.spread_m


def ray_of(sighting: Sighting) -> Ray:
    camera = sighting.frame.position
    if camera is None:
        raise ValueError(f"{sighting} was placed from a frame that has no place.")
    return Ray(camera.x, camera.y, sighting.bearing_deg)


def usual(sighting: Sighting) -> Away:
    """What a depth model said, else the line of houses."""
    distance_m = sighting.distance_m or HOUSE_LINE_M
    if sighting.distance_by == DistanceBy.MODEL:
        return Away(distance_m, MODEL_SPREAD * distance_m, FrontBy.MODEL)
    return Away(distance_m, LINE_SPREAD_M * distance_m / HOUSE_LINE_M, FrontBy.LINE)
