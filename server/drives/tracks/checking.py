"""Writes the faults of a drive's fixes, and keeps photos from being placed by a faulty one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from server.drives.models import Drive, Fault, Footage, TrackPoint
from server.drives.services import true_time
from server.drives.tracks.receivers import Receiver, StoredFix, receivers_of, span_of
from server.drives.tracks.sanity import Evening, faults_of

ROWS_AT_ONCE = 5_000
TOLD = (Fault.BAD_FIX, Fault.NEAR_HOME)
"""Said when a file was read: by its receiver, and by its driver. They stay."""


@transaction.atomic
def check_track(drive: Drive) -> int:
    """Gives every fix of the drive its fault, or takes it back; how many changed. Running it again changes none.

    A photo whose own fix has a fault loses it as its place (`Footage.fix`), so that it takes the track's; the row stays.
    """
    evening = Evening(timezone.now(), span_of(picture_times(drive)))
    changed: dict[Fault, list[int]] = defaultdict(list)
    for receiver in receivers_of(drive):
        for row, fault in judged(receiver, evening):
            if fault != row.fault:
                changed[fault].append(row.pk)
    for fault, rows in changed.items():
        for start in range(0, len(rows), ROWS_AT_ONCE):
            TrackPoint.objects.filter(pk__in=rows[start : start + ROWS_AT_ONCE]).update(fault=fault)
    trust_photos(drive)
    return sum(map(len, changed.values()))


def judged(receiver: Receiver, evening: Evening) -> Iterable[tuple[StoredFix, Fault]]:
    rows = [row for row in receiver.rows if row.fault not in TOLD]
    if receiver.is_of_photos:
        evening = Evening(evening.now)
    return zip(rows, faults_of([row.fix for row in rows], evening), strict=True)


def picture_times(drive: Drive) -> list[datetime]:
    """When photos were taken, and when videos began and ended, by their cameras' clocks."""
    made = drive.footage.filter(state=Footage.State.ACCEPTED, device_at__isnull=False, camera__isnull=False)
    times = []
    for footage in made.exclude(kind=Footage.Kind.TRACK).select_related("camera"):
        if footage.camera and footage.device_at:
            began = true_time(footage.camera, footage.device_at)
            times += [began, began + timedelta(milliseconds=footage.duration_ms or 0)]
    return times


def trust_photos(drive: Drive) -> None:
    """`Footage.fix` is the photo's own place while that is good, and none while it is not."""
    photos = drive.footage.photos().filter(state=Footage.State.ACCEPTED)
    own = TrackPoint.objects.filter(footage=OuterRef("pk"), ordinal=0)
    faulty = photos.filter(track_points__ordinal=0).exclude(track_points__fault__in=("", Fault.NEAR_HOME))
    faulty.filter(fix__isnull=False).update(fix=None)
    good = photos.filter(fix__isnull=True, track_points__ordinal=0, track_points__fault=Fault.NONE)
    good.update(fix=Subquery(own.values("position")[:1]))
