from __future__ import annotations

from django.utils import timezone

from server.drives import runs
from server.drives.models import Fault, Footage, StageRun
from server.drives.services import ReceivedFix, accept_track
from workers.media.tracks import Track, read_track
from workers.originals import original


def read_track_file(run: StageRun, footage: Footage) -> None:
    """A GPX, NMEA or CSV file → its fixes as TrackPoints. A text that holds no track is refused with its reason."""
    with original(footage) as stream:
        track = read_track(stream, now=timezone.now())
    with runs.hold(run):
        accept_track(footage, fixes=received(track), duration_ms=track.duration_ms, detail=track.detail)
        runs.count(run, came_in=1, out=1)


def received(track: Track) -> list[ReceivedFix]:
    return [
        ReceivedFix(
            at=fix.at,
            lon=fix.lon,
            lat=fix.lat,
            speed_m_s=fix.speed_m_s,
            accuracy_m=fix.accuracy_m,
            fault=Fault.NONE if fix.has_fix else Fault.BAD_FIX,
        )
        for fix in track.fixes
    ]
