"""Where the car stood. Pure: no database."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from server.drives.track import Fix, LonLat, distance_m, offset_between_m

REACH_M = 12.0
CORE_M = 8.0
CREPT_M = 5.0
LEAST = timedelta(seconds=20)
TOLD = timedelta(seconds=60)


@dataclass(frozen=True)
class Standing:
    """A stretch in which the car stood, by the numbers of its first and last fix."""

    first: int
    last: int
    first_at: datetime
    last_at: datetime
    place: LonLat

    @property
    def duration(self) -> timedelta:
        return self.last_at - self.first_at


def standing(track: Sequence[Fix], *, least: timedelta = LEAST) -> list[Standing]:
    """Stretches of at least `least` in which all fixes lie within 12 m of their mean, and the car did not creep on."""
    found: list[Standing] = []
    first = 0
    while first < len(track) - 1:
        end = reach(track, first)
        stood = core(track, first, end) if track[end - 1].at - track[first].at >= LEAST else None
        if stood and stood.duration >= least:
            found.append(stood)
        first = stood.last + 1 if stood else first + max(1, (end - first) // 4)
    return found


def reach(track: Sequence[Fix], first: int) -> int:
    """One behind the last fix that stays within 12 m of the mean of those from `first` on."""
    lon, lat, end = track[first].lon, track[first].lat, first + 1
    while end < len(track) and apart_m((lon, lat), track[end]) <= REACH_M:
        count = end - first + 1
        lon += ((track[end].lon - lon + 180) % 360 - 180) / count
        lat += (track[end].lat - lat) / count
        end += 1
    return end


def apart_m(place: LonLat, fix: Fix) -> float:
    return math.hypot(*offset_between_m(place, (fix.lon, fix.lat)))


def core(track: Sequence[Fix], first: int, end: int) -> Standing | None:
    """The stretch without the way in and out; None where it is too short, or where the car crept through it."""
    middle = middle_of(track[first:end])
    near = [number for number in range(first, end) if distance_m(middle, track[number]) <= CORE_M]
    if not near or track[near[-1]].at - track[near[0]].at < LEAST:
        return None
    stretch = track[near[0] : near[-1] + 1]
    third = max(len(stretch) // 3, 1)
    if distance_m(middle_of(stretch[:third]), middle_of(stretch[-third:])) > CREPT_M:
        return None
    place = middle_of([track[number] for number in near])
    return Standing(near[0], near[-1], stretch[0].at, stretch[-1].at, (place.lon, place.lat))


def middle_of(fixes: Sequence[Fix]) -> Fix:
    """The median place, which a few strays do not move."""
    origin = fixes[0]
    lon = median((fix.lon - origin.lon + 180) % 360 - 180 for fix in fixes)
    return replace(origin, lon=(origin.lon + lon + 180) % 360 - 180, lat=median(fix.lat for fix in fixes))


def stilled(track: Sequence[Fix]) -> list[Fix]:
    """The track with every fix of a standing car at one and the same place, so that drift is no way and turns no heading."""
    still = list(track)
    for stood in standing(track):
        lon, lat = stood.place
        for number in range(stood.first, stood.last + 1):
            still[number] = replace(still[number], lon=lon, lat=lat)
    return still
