"""The receivers of a drive, as its rows keep them: who wrote which fixes, and the one track that they make together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from django.db.models import F, FloatField, Func

from server.drives.models import Drive, Fault, Footage
from server.drives.track import Fix
from server.drives.tracks.fusing import Source, fused
from server.drives.tracks.sanity import Measured
from server.drives.tracks.standing import stilled

USUAL_ACCURACY_M = 5.0


@dataclass(frozen=True)
class StoredFix:
    """One row: its fix, what it belongs to, and its fault."""

    pk: int
    fix: Measured
    fault: Fault
    footage_id: int | None


@dataclass
class Receiver:
    """One device's fixes in order of time. All photos of a camera, and all chapters of a recording, are one device's."""

    key: tuple[str, str]
    rows: list[StoredFix] = field(default_factory=list)

    @property
    def is_of_photos(self) -> bool:
        return self.key[0] == Footage.Kind.PHOTO

    def good(self) -> list[Measured]:
        return [row.fix for row in self.rows if row.fault == Fault.NONE]


def ordinate(name: str) -> Func:
    return Func(F("position"), template=f"{name}(%(expressions)s::geometry)", output_field=FloatField())


def receivers_of(drive: Drive) -> list[Receiver]:
    """Those of whom there is any fix, good or not, in the order of their keys."""
    rows = (
        drive.track_points.annotate(lon=ordinate("ST_X"), lat=ordinate("ST_Y"))
        .order_by("at", "id")
        .values_list(
            "pk", "at", "lon", "lat", "accuracy_m", "fault", "footage_id",
            "footage__kind", "footage__camera_id", "footage__recording",
        )
    )  # fmt: skip
    found: dict[tuple[str, str], Receiver] = {}
    for pk, at, lon, lat, accuracy_m, fault, footage_id, kind, camera_id, recording in rows.iterator(5000):
        key = key_of(footage_id, kind, camera_id, recording)
        stored = StoredFix(pk, Measured(at, lon, lat, accuracy_m), Fault(fault), footage_id)
        found.setdefault(key, Receiver(key)).rows.append(stored)
    return [found[key] for key in sorted(found)]


def key_of(
    footage_id: int | None, kind: str | None, camera_id: int | None, recording: str | None
) -> tuple[str, str]:
    if kind == Footage.Kind.PHOTO:
        return str(kind), str(camera_id or "")
    if kind == Footage.Kind.VIDEO and recording:
        return str(kind), f"{camera_id or ''} {recording}"
    return str(kind or ""), str(footage_id or "")


def track_of(drive: Drive) -> list[Fix]:
    """The drive's one track in order of time, made of all its receivers' good fixes; a standing car has one place."""
    return track_from(receivers_of(drive))


def track_from(receivers: Iterable[Receiver]) -> list[Fix]:
    """The track that these receivers make together."""
    return stilled(plain(fused([Source(rank_of(one), tuple(one.good())) for one in receivers])))


def rank_of(receiver: Receiver) -> tuple[float, ...]:
    """The steadiest first: a receiver of its own before the fixes of photos, then the finest, then the busiest."""
    good = receiver.good()
    told = [fix.accuracy_m for fix in good if fix.accuracy_m is not None]
    return float(receiver.is_of_photos), median(told) if told else USUAL_ACCURACY_M, -float(len(good))


def plain(track: Iterable[Fix]) -> list[Fix]:
    return [Fix(fix.at, fix.lon, fix.lat) for fix in track]


def span_of(times: Iterable[datetime]) -> tuple[datetime, datetime] | None:
    known = sorted(times)
    return (known[0], known[-1]) if known else None
