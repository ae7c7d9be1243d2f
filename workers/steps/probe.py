"""The first stage: every file is read for what it tells of time, place and side, or refused with a reason."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import Error

from server.drives import runs
from server.drives.footage.originals import useless_of
from server.drives.home.zone import keep_home_out
from server.drives.models import Footage, StageRun
from server.drives.services import begin_readings, reject_footage
from workers.ends import Retryable
from workers.media.refusal import Refused
from workers.originals import drop_carefully, scrub_film
from workers.readings.archives import read_archive
from workers.readings.companions import refuse_companion
from workers.readings.photos import read_photo_file, read_photos_together
from workers.readings.tracks import read_track_file
from workers.readings.videos import join_videos, read_video_file
from workers.settling import settle

log = logging.getLogger(__name__)

MAX_READINGS = 4
Kind = Footage.Kind
Reading = Callable[[StageRun, Footage], None]


def read_film(run: StageRun, footage: Footage) -> None:
    refuse_companion(footage)
    read_video_file(run, footage)
    scrub_film(footage)


READINGS: tuple[tuple[Footage.Kind, Reading], ...] = (
    (Kind.ARCHIVE, read_archive),
    (Kind.TRACK, read_track_file),
    (Kind.PHOTO, read_photo_file),
    (Kind.VIDEO, read_film),
)
"""In this order: archives bring more files, and photos tell which films belong to them."""


def probe(run: StageRun) -> None:
    """Footage → accepted footage with its facts and TrackPoints, or rejected footage with its reason. Then all of it is
    settled: cameras, clocks, the track. Originals of refused files and of opened archives are deleted.

    A file that ends its worker, or fails in a way that nobody foresaw, is read again with the next attempt, after the
    others; after four readings it is refused.
    """
    for kind, reading in READINGS:
        if kind == Kind.PHOTO:
            read_photos_together(run)
        for footage in run.drive.footage.unprobed().filter(kind=kind).order_by("attempts", "pk").iterator():
            read_carefully(run, footage, reading)
    left = run.drive.footage.unprobed().count()
    if left:
        raise Retryable(f"{left} files could not be read.")
    join_videos(run)
    with runs.hold(run):
        keep_home_out(run.drive)
    settle(run)
    drop_carefully(useless_of(run.drive))


def read_carefully(run: StageRun, footage: Footage, reading: Reading) -> None:
    if footage.attempts >= MAX_READINGS:
        refuse(run, footage, Refused("unreadable", "Reading it failed again and again."))
        return
    begin_readings([footage])
    try:
        reading(run, footage)
    except Refused as refused:
        refuse(run, footage, refused)
    except (runs.LeaseLost, Retryable, Error):
        raise
    except Exception:
        log.exception("%s of %s could not be read", footage, run)


def refuse(run: StageRun, footage: Footage, refused: Refused) -> None:
    with runs.hold(run):
        reject_footage(footage, reason=refused.reason, detail=refused.detail)
        runs.count(run, came_in=1, rejected=1)
