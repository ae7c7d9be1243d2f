"""What the page of a drive's cameras shows: their files, sides, clocks, and pictures along the track."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from server.drives.cameras.clock_words import said_offset, typed_offset
from server.drives.cameras.clocks import clock_in_doubt
from server.drives.cameras.settling import Question, cameras_of, questions, side_in_doubt
from server.drives.models import Camera, ClockBy, Drive, Footage, Side, SideBy
from server.drives.queries import track_of
from server.drives.track import Fix

MOST_PICTURES = 240
MOST_FIXES = 4_000
SHOWN_PICTURES = 8


@dataclass(frozen=True)
class Peak:
    """An offset that something speaks for. `percent`: how sure it is."""

    offset_ms: int
    percent: int
    words: str
    by: str

    @property
    def typed(self) -> str:
        return typed_offset(self.offset_ms)


@dataclass(frozen=True)
class CameraCard:
    """One camera for its driver: what it made, what is known of it, and what has to be asked."""

    camera: Camera
    photos: int
    videos: int
    pictures: Sequence[dict[str, Any]]
    questions: Sequence[Question]
    peaks: Sequence[Peak]

    @property
    def sides(self) -> list[tuple[str, str]]:
        ordered = (Side.LEFT, Side.FRONT, Side.RIGHT, Side.AROUND)
        return [(side.value, str(side.label)) for side in ordered]

    @property
    def side_unsure(self) -> bool:
        return side_in_doubt(self.camera)

    @property
    def side_percent(self) -> int | None:
        return percent(self.camera.side_confidence)

    @property
    def told_side_by(self) -> str:
        return str(SideBy(self.camera.side_by).label) if self.camera.side_by else ""

    @property
    def clock_unsure(self) -> bool:
        return clock_in_doubt(self.camera)

    @property
    def clock_percent(self) -> int | None:
        return percent(self.camera.clock_confidence)

    @property
    def told_clock_by(self) -> str:
        return str(ClockBy(self.camera.clock_by).label)

    @property
    def clock_words(self) -> str:
        return said_offset(self.camera.clock_offset_ms)

    @property
    def typed_offset(self) -> str:
        return typed_offset(self.camera.clock_offset_ms)

    @property
    def shown(self) -> Sequence[dict[str, Any]]:
        return spread(self.pictures, SHOWN_PICTURES)

    @property
    def own_places(self) -> bool:
        return bool(self.pictures) and all(picture["own"] for picture in self.pictures)


def cards_of(drive: Drive) -> list[CameraCard]:
    asked = questions(drive)
    return [card_of(camera, [one for one in asked if one.camera == camera]) for camera in cameras_of(drive)]


def card_of(camera: Camera, asked: Sequence[Question]) -> CameraCard:
    accepted = camera.footage.filter(state=Footage.State.ACCEPTED)
    counts = accepted.aggregate(
        photos=Count("id", filter=Q(kind=Footage.Kind.PHOTO)),
        videos=Count("id", filter=Q(kind=Footage.Kind.VIDEO)),
    )
    return CameraCard(
        camera, counts["photos"], counts["videos"], pictures_of(camera), asked, peaks_of(camera)
    )


def peaks_of(camera: Camera) -> list[Peak]:
    return [
        Peak(
            offset_ms=int(one["offset_ms"]),
            percent=percent(one["confidence"]) or 0,
            words=said_offset(int(one["offset_ms"])),
            by=str(ClockBy(one["by"]).label),
        )
        for one in camera.clock_candidates
    ]


def pictures_of(camera: Camera) -> list[dict[str, Any]]:
    """Frames spread over the drive, by the camera's own clock in Unix milliseconds; `own`: it carries its place itself."""
    rows = camera.frames.filter(view__lte=1).order_by("device_at", "id")
    taken = list(rows.values_list("public_id", "device_at", "footage__fix", "footage__name"))
    return [
        {
            "at_ms": round(device_at.timestamp() * 1000),
            "thumbnail": reverse("frames:thumbnail", args=[public_id]),
            "name": name,
            "own": fix is not None,
        }
        for public_id, device_at, fix, name in spread(taken, MOST_PICTURES)
    ]


def spread(rows: Sequence[Any], most: int) -> Sequence[Any]:
    """At most so many of them, evenly."""
    return rows[:: math.ceil(len(rows) / most)] if len(rows) > most else rows


def percent(confidence: float | None) -> int | None:
    return None if confidence is None else round(100 * confidence)


def desk_of(drive: Drive, cards: Sequence[CameraCard]) -> dict[str, Any]:
    """What the page's script works with: the track, and each camera's pictures and offsets."""
    track: Sequence[Fix] = spread(track_of(drive), MOST_FIXES)
    return {
        "track": {
            "at_ms": [round(fix.at.timestamp() * 1000) for fix in track],
            "lon": [round(fix.lon, 6) for fix in track],
            "lat": [round(fix.lat, 6) for fix in track],
        },
        "cameras": [
            {
                "id": card.camera.pk,
                "offset_ms": card.camera.clock_offset_ms,
                "pictures": card.pictures,
                "peaks": [
                    {"offset_ms": peak.offset_ms, "percent": peak.percent, "words": peak.words}
                    for peak in card.peaks
                ],
            }
            for card in cards
        ],
    }
