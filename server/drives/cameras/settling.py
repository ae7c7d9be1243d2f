"""Sides and clocks of a drive's cameras, settled together; and what its driver has to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from server.drives.cameras.clocks import (
    MOST_OUTSIDE,
    Evidence,
    Lights,
    clock_in_doubt,
    clock_proven,
    settle_clocks,
    video_evidence,
)
from server.drives.cameras.sides import (
    OPPOSITE,
    SURE_SIDE,
    Guess,
    side_by_direction,
    side_by_flow,
    side_by_other,
)
from server.drives.models import Camera, Drive, Footage, Side, SideBy
from server.drives.places import settle_zone
from server.drives.queries import track_of
from server.drives.services import mount_angle_deg, set_fixes, true_time
from server.drives.track import Fix, heading_at, position_at

TOLD = (SideBy.NAME, SideBy.FORM, SideBy.KIND, SideBy.PERSON)


@dataclass(frozen=True)
class Question:
    """Something about a camera that its driver has to say before the drive goes on. `about`: side, clash or clock."""

    camera: Camera
    about: str
    sentence: str


def cameras_of(drive: Drive) -> list[Camera]:
    """The cameras that made at least one file that was accepted."""
    made = Footage.objects.filter(camera=OuterRef("pk"), state=Footage.State.ACCEPTED)
    return list(drive.cameras.filter(Exists(made)).order_by("pk"))


def settle_cameras(drive: Drive) -> None:
    """Zone, sides and clocks by what the files themselves tell, once they are all read. Call it inside a transaction."""
    before = clocks_of(drive)
    settle_zone(drive)
    cameras = cameras_of(drive)
    seen = video_evidence(cameras)
    settle_clocks(drive, cameras, seen)
    if clocks_of(drive) != before:
        set_fixes(drive)
    settle_sides(drive, cameras, seen)


def clocks_of(drive: Drive) -> tuple[str, list[int]]:
    """What the times of photos' fixes hang on."""
    offsets = drive.cameras.order_by("pk").values_list("clock_offset_ms", flat=True)
    return drive.time_zone, list(offsets)


def settle_doubts(drive: Drive, seen: Evidence, lights: Lights) -> None:
    """Looks once more at clocks and sides in doubt, with what the frames show. Call it inside a transaction.

    What is sure stays, so that a drive that was published does not change by itself.
    """
    cameras = cameras_of(drive)
    if any(map(clock_in_doubt, cameras)):
        sure = [camera for camera in cameras if not clock_in_doubt(camera)]
        doubtful = [camera for camera in cameras if clock_in_doubt(camera)]
        settle_clocks(drive, [*sure, *doubtful], seen, lights)
        set_fixes(drive)
    settle_sides(drive, [camera for camera in cameras if side_in_doubt(camera)], seen)


def settle_sides(drive: Drive, cameras: Sequence[Camera], seen: Evidence) -> None:
    """Guesses the sides that nobody has told: by compass, by flow, then by the other camera's."""
    guessed = [camera for camera in cameras if camera.side_by not in TOLD]
    for camera in guessed:
        write_side(camera, side_of_panoramas(camera) or guess(camera, seen))
    for camera in guessed:
        if not camera.side:
            others = [other for other in cameras_of(drive) if other.pk != camera.pk and other.side]
            write_side(camera, side_by_other([known_side(other) for other in others]))


def guess(camera: Camera, seen: Evidence) -> Guess | None:
    """The surer of what the camera's compass and its moving pictures say."""
    flow = side_by_flow(seen[camera.pk].flow) if camera.pk in seen else None
    found = [one for one in (guess_by_direction(camera), flow) if one]
    sure = [one for one in found if one.confidence >= SURE_SIDE]
    return next(iter(sure or sorted(found, key=lambda one: -one.confidence)), None)


def guess_by_direction(camera: Camera) -> Guess | None:
    """By the compass in its files against the car's heading when they were taken, where the car drove."""
    track = track_of(camera.drive)
    files = camera.footage.filter(direction_deg__isnull=False, device_at__isnull=False)
    pairs = []
    for direction_deg, device_at, fix in files.values_list("direction_deg", "device_at", "fix"):
        at = true_time(camera, device_at) if device_at else None
        where = ((fix.x, fix.y) if fix else position_at(track, at)) if at else None
        heading = heading_at(track, Fix(at, *where)) if at and where else None
        if heading is not None and direction_deg is not None:
            pairs.append((direction_deg, heading))
    return side_by_direction([one for one, _ in pairs], [other for _, other in pairs])


def side_of_panoramas(camera: Camera) -> Guess | None:
    made = camera.footage.filter(state=Footage.State.ACCEPTED).values_list("panorama", flat=True)
    return Guess(Side.AROUND, 1.0, SideBy.KIND) if made and all(made) else None


def known_side(camera: Camera) -> Guess:
    confidence = 1.0 if camera.side_confidence is None else camera.side_confidence
    return Guess(Side(camera.side), confidence, SideBy(camera.side_by))


def write_side(camera: Camera, found: Guess | None) -> None:
    camera.side = found.side if found else ""
    camera.side_by = found.by if found else SideBy.UNKNOWN
    camera.side_confidence = min(1.0, found.confidence) if found else None
    camera.mount_angle_deg = mount_angle_deg(camera.side)
    camera.save(update_fields=["side", "side_by", "side_confidence", "mount_angle_deg"])


def side_in_doubt(camera: Camera) -> bool:
    unsure = camera.side_confidence is not None and camera.side_confidence < SURE_SIDE
    return not camera.side or (camera.side_by not in TOLD and unsure)


def questions(drive: Drive) -> list[Question]:
    """What the driver has to be asked, camera by camera; nothing is published before."""
    cameras = cameras_of(drive)
    asked = [Question(one, "side", _("Which way did it face?")) for one in cameras if side_in_doubt(one)]
    asked += [
        Question(one, "clash", _("Another camera faces the same way. Which one is it?"))
        for one in cameras
        if clashes(one, cameras)
    ]
    return asked + [
        Question(one, "clock", sentence) for one in cameras if (sentence := clock_question(drive, one))
    ]


def clashes(camera: Camera, cameras: Sequence[Camera]) -> bool:
    """Whether a guessed side is that of another camera too: a car has one camera on each."""
    if camera.side not in OPPOSITE or camera.side_by in TOLD or side_in_doubt(camera):
        return False
    return any(other.pk != camera.pk and other.side == camera.side for other in cameras)


def clock_question(drive: Drive, camera: Camera) -> str:
    """Why the clock has to be looked at, as a sentence; empty where it need not be."""
    if clock_proven(camera):
        return ""
    if clock_in_doubt(camera):
        return _("When its clock was right is not sure. Move its pictures along the track until they fit.")
    if share_outside(drive, camera) > MOST_OUTSIDE:
        return _("Some of its pictures were taken when the track says nothing. Check its clock.")
    return ""


def share_outside(drive: Drive, camera: Camera) -> float:
    """The part of a camera's files that its clock puts where the track has no place."""
    track = track_of(drive)
    files = camera.footage.filter(state=Footage.State.ACCEPTED, device_at__isnull=False)
    rows = list(files.values_list("device_at", "fix"))
    outside = [at for at, fix in rows if at and not fix and position_at(track, true_time(camera, at)) is None]
    return len(outside) / len(rows) if rows else 0.0


def what_to_do(asked: Sequence[Question]) -> str:
    """One sentence for the driver on top of the drive's page."""
    about = {question.about for question in asked}
    if about == {"clock"}:
        return _("The clock of a camera is not sure. Look at its pictures on the map and confirm it.")
    if "clock" in about:
        return _("Tell which way the cameras faced, and confirm their clocks.")
    if "clash" in about:
        return _("Two cameras seem to face the same way. Tell which one faced where.")
    return _("Tell which way the cameras faced.")
