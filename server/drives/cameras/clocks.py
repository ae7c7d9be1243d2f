"""How far each camera's clock was off: what its files prove, else what the evidence makes likely, else a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from server.drives.cameras.course import Course, Floats, course_of
from server.drives.cameras.evidence import (
    Seen,
    agrees_with_track,
    beside,
    joined,
    offset_by_gps_time,
    offset_by_places,
    seen_on_video,
    taken_s,
)
from server.drives.cameras.offsets import (
    CONFIDENT,
    Candidate,
    Clue,
    Prior,
    estimate,
    share_inside,
)
from server.drives.models import Camera, ClockBy, ClockSource, Drive, Footage, TrackPoint
from server.drives.places import zone_of
from server.drives.track import Fix

ITS_OWN_WORD = {
    ClockSource.GPS: 1.0,
    ClockSource.OFFSET: 0.8,
    ClockSource.ZONE: 0.6,
    ClockSource.UTC: 0.5,
    ClockSource.NAME: 0.6,
    ClockSource.MODIFIED: 0.2,
    ClockSource.NONE: 0.0,
}
"""How far a clock is to be believed that nothing speaks for or against, by how it tells its time. Phones set theirs by the
network and write its offset from UTC; cameras without a network are set by hand, and often hours off."""
SURE_WITHIN_S = 2.0
BELIEVED, ALONE_ON_TRACK = 0.5, 0.75
"""A clock that is believed this far, and alone puts the pictures on the track, goes on unasked."""
MOST_OUTSIDE = 0.1
BY_UTC_OFFSET, BY_WHOLE_HOURS = 0.65, 0.5
"""Below what goes on unasked: a clock in the wrong zone was set by hand, and may be some minutes off as well."""
QUARTER_S, HOUR_S, WIDEST_ZONE_S = 900, 3600, 14 * 3600
Evidence = Mapping[int, Seen]
Lights = Mapping[int, Clue]


@dataclass(frozen=True)
class Verdict:
    """What is made of a camera's clock: an offset to add to it, with confidence, and what else was thought of."""

    offset_s: float
    by: ClockBy
    confidence: float | None
    candidates: tuple[Candidate, ...] = ()


def clock_in_doubt(camera: Camera) -> bool:
    """Whether a person has to look at the clock before anything is published by it."""
    return camera.clock_confirmed_at is None and (camera.clock_confidence or 0.0) < CONFIDENT


def clock_proven(camera: Camera) -> bool:
    """Whether a person or the files themselves leave nothing to estimate."""
    return camera.clock_confirmed_at is not None or camera.clock_confidence == 1.0


def settle_clocks(
    drive: Drive, cameras: Sequence[Camera], seen: Evidence, lights: Lights | None = None
) -> None:
    """Writes offset, confidence and candidates of every camera that no person has confirmed.

    Cameras that prove their clock come first, so that the others can be compared with them. Offsets are always reckoned from
    what the clock itself said: running this again gives the same rows.
    """
    settled: list[Camera] = [camera for camera in cameras if camera.clock_confirmed_at]
    waiting = [camera for camera in cameras if not camera.clock_confirmed_at]
    unproven = [camera for camera in waiting if not write(camera, proven(camera))]
    settled += [camera for camera in waiting if camera not in unproven]
    for camera in unproven:
        beside_it = [(seen[other.pk], other.clock_offset_ms / 1000) for other in settled if other.pk in seen]
        clues = [lights[camera.pk]] if lights and camera.pk in lights else []
        write(camera, likely(camera, seen.get(camera.pk), beside_it, clues))
        if not clock_in_doubt(camera):
            settled.append(camera)


def write(camera: Camera, verdict: Verdict | None) -> bool:
    if verdict is None:
        return False
    camera.clock_offset_ms = round(verdict.offset_s * 1000)
    camera.clock_by, camera.clock_confidence = verdict.by, verdict.confidence
    camera.clock_candidates = [
        {"offset_ms": round(one.offset_s * 1000), "confidence": round(one.confidence, 3), "by": one.by}
        for one in verdict.candidates
    ]
    camera.save(update_fields=["clock_offset_ms", "clock_by", "clock_confidence", "clock_candidates"])
    return True


def proven(camera: Camera) -> Verdict | None:
    """What GPS time or the camera's own positions leave no doubt about; None where they do not tell."""
    files = camera.footage.filter(state=Footage.State.ACCEPTED, device_at__isnull=False)
    told = list(files.values_list("device_at", "gps_at", "clock"))
    offset_s = offset_by_gps_time([(at, gps_at) for at, gps_at, _ in told if at and gps_at])
    if offset_s is not None:
        return Verdict(offset_s, ClockBy.GPS if offset_s else ClockBy.TRUSTED, 1.0)
    if told and all(clock == ClockSource.GPS for _, _, clock in told):
        return Verdict(0.0, ClockBy.TRUSTED, 1.0)
    return proven_by_places(camera, own_fixes(camera), others_track(camera), len(told))


def proven_by_places(camera: Camera, own: list[Fix], track: list[Fix], files: int) -> Verdict | None:
    """Nothing is in doubt where each file has its own position and no other track says otherwise."""
    if not own:
        return None
    course = course_of(track)
    if course is None or agrees_with_track(own, track):
        return Verdict(0.0, ClockBy.TRUSTED, 1.0)
    found = offset_by_places(own, course)
    if found and found.confidence >= CONFIDENT:
        return Verdict(found.offset_s, ClockBy.GPS, found.confidence, (found,))
    return Verdict(0.0, ClockBy.TRUSTED, 1.0) if len(own) == files else None


def own_fixes(camera: Camera) -> list[Fix]:
    """Where its photos say that they were taken, when its clock said so."""
    photos = camera.footage.photos().filter(
        state=Footage.State.ACCEPTED, fix__isnull=False, device_at__isnull=False
    )
    rows = photos.order_by("device_at", "id").values_list("device_at", "fix")
    return [Fix(at, fix.x, fix.y) for at, fix in rows if at and fix]


def others_track(camera: Camera) -> list[Fix]:
    """The drive's good fixes, but for those that would move with this camera's own clock."""
    own = TrackPoint.objects.filter(footage__camera=camera, footage__kind=Footage.Kind.PHOTO)
    rows = camera.drive.track_points.good().exclude(pk__in=own.values("pk")).order_by("at", "id")
    return [Fix(at, place.x, place.y) for at, place in rows.values_list("at", "position")]


def likely(
    camera: Camera,
    seen: Seen | None,
    beside_it: Sequence[tuple[Seen, float]],
    lights: Sequence[Clue],
) -> Verdict:
    """The best explanation of what the camera saw against the drive's track; its own word where nothing better is known."""
    pictures_s, course = taken_s(camera), course_of(others_track(camera))
    word = own_word(camera)
    if course is None or not len(pictures_s):
        return Verdict(0.0, ClockBy.TRUSTED, word if len(pictures_s) else 1.0)
    clues = clues_of(seen, course, beside_it, lights)
    prior = Prior(right=max(word - 0.1, 0.05))
    found = estimate(clues, pictures_s, course, prior)
    inside = float(share_inside(pictures_s, course, np.zeros(1))[0])
    if found and found[0].confidence >= CONFIDENT:
        return adopted(found, word, inside)
    zones = () if inside >= 1 - MOST_OUTSIDE else zone_errors(camera, pictures_s, course)
    if zones:
        return Verdict(zones[0].offset_s, ClockBy.ZONE, zones[0].confidence, (*zones, *found))
    if inside < 1 - MOST_OUTSIDE:
        best = found[0] if found else onto_track(pictures_s, course)
        return Verdict(best.offset_s, ClockBy(best.by), best.confidence, tuple(found))
    if not contradicted(found) and alone_on_track(pictures_s, course):
        word = max(word, ALONE_ON_TRACK if word >= BELIEVED else 0.0)
    return Verdict(0.0, ClockBy.TRUSTED, word, (Candidate(0.0, word, ClockBy.TRUSTED), *found))


def onto_track(pictures_s: Floats, course: Course) -> Candidate:
    """Where a person can begin to look: the middle of the pictures on the middle of the track. It says nothing."""
    middle_s = (pictures_s[0] + pictures_s[-1]) / 2
    return Candidate(round((course.begins_s + course.ends_s) / 2 - middle_s), 0.0, ClockBy.TRACK)


def contradicted(found: Sequence[Candidate]) -> bool:
    """Whether what the camera saw speaks for another time, be it not loudly."""
    return any(abs(one.offset_s) > SURE_WITHIN_S and one.confidence >= BELIEVED for one in found)


def alone_on_track(pictures_s: Floats, course: Course) -> bool:
    """Whether the clock puts its pictures on the track, and an hour more or less would not: a wrong clock seldom does."""
    lags_s = np.arange(-WIDEST_ZONE_S, WIDEST_ZONE_S + 1, HOUR_S, dtype=float)
    fitting = lags_s[share_inside(pictures_s, course, lags_s) >= 1 - MOST_OUTSIDE]
    return fitting.tolist() == [0.0]


def adopted(found: Sequence[Candidate], word: float, inside: float) -> Verdict:
    """A confident estimate; one that agrees with the clock to two seconds leaves it as it is."""
    best = found[0]
    if abs(best.offset_s) <= SURE_WITHIN_S and inside >= 1 - MOST_OUTSIDE:
        return Verdict(0.0, ClockBy.TRUSTED, min(0.99, max(best.confidence, word)), tuple(found))
    return Verdict(best.offset_s, ClockBy(best.by), min(0.99, best.confidence), tuple(found))


def clues_of(
    seen: Seen | None, course: Course, beside_it: Sequence[tuple[Seen, float]], lights: Sequence[Clue]
) -> list[Clue]:
    if seen is None:
        return list(lights)
    others = [
        Clue(ClockBy.CAMERAS, seen.begins_s, seen.ends_s, seen.change, beside(course, other, offset_s))
        for other, offset_s in beside_it
    ]
    return [*seen.clues(course), *others, *lights]


def own_word(camera: Camera) -> float:
    """How far the clock is to be believed by itself: as far as the worst of its files."""
    files = camera.footage.filter(state=Footage.State.ACCEPTED, device_at__isnull=False)
    return min(
        (ITS_OWN_WORD[ClockSource(clock)] for clock in files.values_list("clock", flat=True)), default=0.0
    )


def zone_errors(camera: Camera, pictures_s: Floats, course: Course) -> list[Candidate]:
    """Quarters of hours that put all pictures into the time of the track: the place's offset from UTC first, for clocks that
    claim to be UTC and show local time, then whole hours, the smallest first."""
    lags_s = np.arange(-WIDEST_ZONE_S, WIDEST_ZONE_S + 1, QUARTER_S, dtype=float)
    fitting = [float(lag) for lag in lags_s[share_inside(pictures_s, course, lags_s) >= 1 - MOST_OUTSIDE]]
    began = datetime.fromtimestamp(course.begins_s, tz=zone_of(camera.drive))
    utc_offset_s = (began.utcoffset() or timedelta()).total_seconds()
    plain = [lag for lag in fitting if lag == -utc_offset_s]
    hours = sorted((lag for lag in fitting if lag % HOUR_S == 0 and lag not in plain), key=abs)
    found = [Candidate(lag, BY_UTC_OFFSET, ClockBy.ZONE) for lag in plain]
    return [*found, *(Candidate(lag, BY_WHOLE_HOURS / len(hours), ClockBy.ZONE) for lag in hours)][:5]


def video_evidence(cameras: Sequence[Camera]) -> dict[int, Seen]:
    """What the videos of each camera show, for those that have any."""
    found = {camera.pk: seen_on_video(camera) for camera in cameras}
    return {key: seen for key, seen in found.items() if len(seen.begins_s)}


def with_photos(evidence: Evidence, photos: Evidence) -> dict[int, Seen]:
    """Both kinds together, for cameras that made photos and videos."""
    keys = {*evidence, *photos}
    return {key: joined(part[key] for part in (evidence, photos) if key in part) for key in keys}
