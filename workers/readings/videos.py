from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone

from server.drives import runs
from server.drives.cameras.keys import camera_for
from server.drives.footage.recordings import join_recordings
from server.drives.footage.videos import accept_video
from server.drives.models import Fault, Footage, StageRun
from server.drives.places import clock_zone
from server.drives.services import ReceivedFix
from workers.media.side import side_of
from workers.media.video.facts import VideoFacts, read_video
from workers.media.video.gpmf import VideoFix
from workers.originals import original

NULL_ISLAND_DEG = 0.001


def read_video_file(run: StageRun, footage: Footage) -> None:
    with original(footage) as stream:
        video = read_video(
            stream,
            name=footage.name,
            now=timezone.now(),
            zone=str(clock_zone(run.drive)),
            modified_at=footage.modified_at,
        )
    with runs.hold(run):
        accept(footage, video)
        runs.count(run, came_in=1, out=1)


def join_videos(run: StageRun) -> None:
    """Chapters of one recording get its name and its times, when all files are read."""
    with runs.hold(run):
        join_recordings(run.drive)


def accept(footage: Footage, video: VideoFacts) -> None:
    footage.panorama, footage.device = video.panorama, video.device
    named = side_of(f"{footage.folder}/{footage.name}") or ""
    began_at = video.device_at or footage.received_at - timedelta(milliseconds=video.duration_ms)
    accept_video(
        footage,
        camera=camera_for(footage, device=video.device, named=named),
        width=video.width,
        height=video.height,
        duration_ms=video.duration_ms,
        device_at=began_at,
        clock=video.clock,
        motion=video.motion.astype(np.dtype("<f4")).tobytes(),
        fixes=[fix_read(fix, began_at) for fix in video.fixes],
        detail=video.detail,
    )


def fix_read(fix: VideoFix, began_at: datetime) -> ReceivedFix:
    return ReceivedFix(
        at=fix.at or began_at + timedelta(milliseconds=fix.elapsed_ms),
        lon=fix.lon,
        lat=fix.lat,
        speed_m_s=fix.speed_m_s,
        accuracy_m=fix.accuracy_m,
        fault=fault_of(fix),
    )


def fault_of(fix: VideoFix) -> Fault:
    if abs(fix.lon) < NULL_ISLAND_DEG and abs(fix.lat) < NULL_ISLAND_DEG:
        return Fault.NULL_ISLAND
    return Fault.NONE if fix.has_fix else Fault.BAD_FIX
