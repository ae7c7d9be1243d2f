"""What can be done to a drive by its driver. Each verb is one transaction; the request ends with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from django.contrib.gis.geos import Point
from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from server.accounts.models import User
from server.core.identifiers import new_public_id
from server.drives.models import Camera, Drive, Fault, Footage, Reason, Side, Stage, TrackPoint
from server.drives.runs import open_stage

CHUNK_BYTES = 1024 * 1024
FIXES_AT_ONCE = 5_000
VIEW_OF_PANORAMA_DEG = 90.0
"""The horizontal field of view of each view that is cut out of a panorama."""
KIND_OF_SUFFIX = {
    ".zip": Footage.Kind.ARCHIVE,
    **dict.fromkeys((".mp4", ".mov", ".m4v", ".mkv", ".360"), Footage.Kind.VIDEO),
    **dict.fromkeys((".gpx", ".nmea", ".nma", ".log", ".csv", ".tsv", ".txt"), Footage.Kind.TRACK),
}


class CannotSubmit(Exception):
    """The drive cannot start its way; the message is a sentence for the driver."""


def create_drive(*, driver: User, title: str, synthetic: bool = False, keep_originals: bool = False) -> Drive:
    return Drive.objects.create(
        driver=driver,
        title=title.strip() or _("Untitled drive"),
        synthetic=synthetic,
        keep_originals=keep_originals,
    )


def receive_footage(
    *, drive: Drive, name: str, file: File[bytes], side_hint: str = "", parent: Footage | None = None
) -> Footage:
    """Stores one file of a drive. The same bytes a second time become a row with the reason DUPLICATE and are not kept.

    An archive is stored whole; its members become footage when a worker opens it.
    """
    sha256, size_bytes = digest(file)
    footage = Footage(
        drive=drive,
        parent=parent,
        name=name[-255:],
        side_hint=side_hint,
        size_bytes=size_bytes,
        sha256=sha256,
        kind=kind_by_name(name),
    )
    with transaction.atomic():
        Drive.objects.select_for_update(no_key=True).get(pk=drive.pk)
        if drive.footage.filter(sha256=sha256).exclude(reason=Reason.DUPLICATE).exists():
            footage.state, footage.reason = Footage.State.REJECTED, Reason.DUPLICATE
        else:
            file.seek(0)
            footage.file.save(private_path(drive, name), file, save=False)
        footage.save()
    return footage


def kind_by_name(name: str) -> Footage.Kind:
    """What a file promises to be. A worker looks into it; what promises nothing is tried as a photo."""
    return KIND_OF_SUFFIX.get(PurePosixPath(name).suffix.lower(), Footage.Kind.PHOTO)


def digest(file: File[bytes]) -> tuple[str, int]:
    sha, size_bytes = hashlib.sha256(), 0
    file.seek(0)
    for chunk in file.chunks(CHUNK_BYTES):
        sha.update(chunk)
        size_bytes += len(chunk)
    return sha.hexdigest(), size_bytes


def private_path(drive: Drive, name: str) -> str:
    """Originals are stored under opaque names; the driver's own name stays in the row."""
    return f"drives/{drive.public_id}/{new_public_id()}{PurePosixPath(name).suffix.lower()[:8]}"


@transaction.atomic
def submit_drive(*, drive: Drive) -> None:
    """Sends the drive on its way through the stages. Submitting twice is the same as once.

    Raises CannotSubmit when it has no file at all.
    """
    locked = Drive.objects.select_for_update().get(pk=drive.pk)
    if locked.stage != Stage.UPLOAD:
        return
    if not locked.footage.exists():
        raise CannotSubmit(_("This drive has no files yet. Add some photos first."))
    locked.submitted_at = timezone.now()
    locked.save(update_fields=["submitted_at"])
    open_stage(drive=locked, stage=Stage.PROBE)
    drive.refresh_from_db()


def see_end(drive: Drive) -> None:
    """Notes that its driver has looked at a drive that is done or stands still."""
    if drive.stage == Stage.DONE or drive.failure:
        drive.seen_at = timezone.now()
        drive.save(update_fields=["seen_at"])


def camera_of(*, drive: Drive, key: str, name: str = "", side: str = "", side_by: str = "") -> Camera:
    """The drive's camera of that key, made with its side's usual mount angle when this is the first of its files."""
    made: dict[str, object] = {
        "name": name,
        "side": side,
        "side_by": side_by,
        "mount_angle_deg": mount_angle_deg(side),
    }
    if side == Side.AROUND:
        made["field_of_view_deg"] = VIEW_OF_PANORAMA_DEG
    return Camera.objects.get_or_create(drive=drive, key=key, defaults=made)[0]


def mount_angle_deg(side: str) -> float:
    return Camera.MOUNT_ANGLE_DEG.get(side, 0.0)


def begin_readings(batch: Iterable[Footage]) -> None:
    """Counts an attempt before it is made, so that a file that kills its worker is known by its count."""
    Footage.objects.filter(pk__in=[footage.pk for footage in batch]).update(attempts=F("attempts") + 1)


def set_fixes(drive: Drive) -> None:
    """Gives the fixes that photos carry the time of their camera's clock and its offset."""
    points = TrackPoint.objects.filter(
        drive=drive, footage__kind=Footage.Kind.PHOTO, footage__camera__isnull=False
    ).select_related("footage__camera")
    for point in (moved := list(points)):
        if point.footage and point.footage.camera and point.footage.device_at:
            point.at = true_time(point.footage.camera, point.footage.device_at)
    TrackPoint.objects.bulk_update(moved, ["at"], batch_size=500)


def true_time(camera: Camera, device_at: datetime) -> datetime:
    """What the camera's clock said, with the camera's offset added."""
    return device_at + timedelta(milliseconds=camera.clock_offset_ms)


def reject_footage(footage: Footage, *, reason: str, detail: str = "") -> None:
    """Refuses one file, with its reason; nothing else of the drive is touched."""
    footage.state, footage.reason, footage.detail = Footage.State.REJECTED, Reason(reason), detail[:255]
    footage.save(update_fields=["state", "reason", "detail"])


def reject_member(archive: Footage, *, name: str, size_bytes: int, reason: str, detail: str = "") -> Footage:
    """Refuses a file inside an archive before it is taken out, so that it is accounted for like any other."""
    return Footage.objects.create(
        drive=archive.drive,
        parent=archive,
        name=name[-255:],
        size_bytes=size_bytes,
        sha256="",
        state=Footage.State.REJECTED,
        reason=Reason(reason),
        detail=detail[:255],
    )


def accept_archive(archive: Footage) -> None:
    """The archive has been opened; its members are footage of their own."""
    archive.state = Footage.State.ACCEPTED
    archive.save(update_fields=["state"])


@dataclass(frozen=True, slots=True)
class ReceivedFix:
    """One fix of a video or a track file: the receiver's own UTC, degrees, and what it doubted itself as a fault."""

    at: datetime
    lon: float
    lat: float
    speed_m_s: float | None = None
    accuracy_m: float | None = None
    fault: Fault = Fault.NONE


def put_fixes(footage: Footage, fixes: Iterable[ReceivedFix]) -> int:
    """Writes the fixes of a file in place of any that an earlier reading wrote; how many they are."""
    TrackPoint.objects.filter(footage=footage).delete()
    points = [
        TrackPoint(
            drive_id=footage.drive_id,
            footage=footage,
            ordinal=ordinal,
            at=fix.at,
            position=Point(fix.lon, fix.lat, srid=4326),
            speed_m_s=fix.speed_m_s,
            accuracy_m=fix.accuracy_m,
            fault=fix.fault,
        )
        for ordinal, fix in enumerate(fixes)
    ]
    TrackPoint.objects.bulk_create(points, batch_size=FIXES_AT_ONCE)
    return len(points)


@transaction.atomic
def accept_track(
    footage: Footage, *, fixes: Iterable[ReceivedFix], duration_ms: int, detail: str = ""
) -> None:
    """Takes a track file in with all its fixes. `detail` says what of it had to be left out."""
    footage.kind, footage.state = Footage.Kind.TRACK, Footage.State.ACCEPTED
    footage.duration_ms, footage.detail = duration_ms, detail[:255]
    footage.save(update_fields=["kind", "state", "duration_ms", "detail"])
    put_fixes(footage, fixes)
