"""What is wrong with the fixes of one receiver, by name. Pure: no database.

Each rule looks only at what the rules before it left. What a rule names is cut; the rest stays.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from server.drives.models.track_point import Fault
from server.drives.track import Fix, distance_m, offset_m

NULL_ISLAND_DEG = 0.001
WORST_ACCURACY_M = 50.0
CLOCK_MAY_BE_AHEAD = timedelta(days=1)
OTHER_DAY = timedelta(hours=26)
"""Every mistake of a time zone lies within it: a clock that is still in doubt does not cost the drive its track."""
WARN_M_S, REJECT_M_S = 150 / 3.6, 400 / 3.6
WARN_SLACK_M, REJECT_SLACK_M = 20.0, 50.0
RUNS_BACK = 20
SPIKE_M, SPIKE_M_S = 30.0, 25.0
ZIGZAG_M, ZIGZAG_M_S, ZIGZAG_TURNS = 15.0, 4.0, 3
BACK_COS, TURN_COS = -0.87, -0.7
SHORTEST_S = 0.5


@dataclass(frozen=True, slots=True)
class Measured(Fix):
    """A fix with the receiver's own idea of its error: one sigma."""

    accuracy_m: float | None = None


@dataclass(frozen=True)
class Evening:
    """What the fixes are held against: now, and when the first and the last picture were taken, where there are any."""

    now: datetime
    pictures: tuple[datetime, datetime] | None = None


Rule = Callable[[Sequence[Measured]], dict[int, Fault]]


def faults_of(fixes: Sequence[Measured], evening: Evening) -> list[Fault]:
    """The fault of each fix of one receiver, in order of time; Fault.NONE for the good ones."""
    faults = [alone(fix, evening) for fix in fixes]
    for rule in (other_days(evening), jumps, spikes, zigzags):
        left = [number for number, fault in enumerate(faults) if fault == Fault.NONE]
        for place, fault in rule([fixes[number] for number in left]).items():
            faults[left[place]] = fault
    return faults


def alone(fix: Measured, evening: Evening) -> Fault:
    """What a fix says of itself."""
    if abs(fix.lon) < NULL_ISLAND_DEG and abs(fix.lat) < NULL_ISLAND_DEG:
        return Fault.NULL_ISLAND
    if fix.at > evening.now + CLOCK_MAY_BE_AHEAD:
        return Fault.FUTURE
    return Fault.BAD_FIX if (fix.accuracy_m or 0) > WORST_ACCURACY_M else Fault.NONE


def other_days(evening: Evening) -> Rule:
    """Cuts what lies more than 26 hours from every picture, if any of the rest does not: a week's log around one evening."""

    def rule(fixes: Sequence[Measured]) -> dict[int, Fault]:
        if evening.pictures is None:
            return {}
        earliest, latest = evening.pictures[0] - OTHER_DAY, evening.pictures[1] + OTHER_DAY
        far = {number: Fault.OUTSIDE for number, fix in enumerate(fixes) if not earliest <= fix.at <= latest}
        return far if len(far) < len(fixes) else {}

    return rule


def jumps(fixes: Sequence[Measured]) -> dict[int, Fault]:
    """Cuts all but the longest chain of fixes in which every step is possible: 400 km/h, and 50 m of error.

    Which side of a jump is wrong is not seen at the jump itself; the side on which fewer fixes lie is.
    """
    runs = runs_of(fixes)
    if len(runs) < 2:
        return {}
    lengths, before = [0] * len(runs), [-1] * len(runs)
    for number, (first, end) in enumerate(runs):
        for earlier in range(max(number - RUNS_BACK, 0), number):
            last = fixes[runs[earlier][1] - 1]
            if lengths[earlier] > lengths[number] and possible(last, fixes[first]):
                lengths[number], before[number] = lengths[earlier], earlier
        lengths[number] += end - first
    chain = lengths.index(max(lengths))
    kept = set()
    while chain >= 0:
        kept.add(chain)
        chain = before[chain]
    cut = (range(*run) for number, run in enumerate(runs) if number not in kept)
    return dict.fromkeys((fix for run in cut for fix in run), Fault.JUMP)


def runs_of(fixes: Sequence[Measured]) -> list[tuple[int, int]]:
    """Stretches (first, one behind the last) without an impossible step."""
    ends = [number + 1 for number, step in enumerate(pairwise(fixes)) if not possible(*step)]
    return [(first, end) for first, end in zip([0, *ends], [*ends, len(fixes)], strict=True) if first < end]


def possible(before: Fix, after: Fix) -> bool:
    seconds = (after.at - before.at).total_seconds()
    return distance_m(before, after) <= REJECT_M_S * seconds + REJECT_SLACK_M


def spikes(fixes: Sequence[Measured]) -> dict[int, Fault]:
    """Cuts fixes that the track runs out to and back from, 30 m or more, faster than a car could turn round."""
    found = {}
    for number in range(1, len(fixes) - 1):
        before, here, after = fixes[number - 1 : number + 2]
        out_m, back_m = distance_m(before, here), distance_m(here, after)
        if min(out_m, back_m) < SPIKE_M or turn_cos(before, here, after) > BACK_COS:
            continue
        fast = min(out_m / seconds(before, here), back_m / seconds(here, after)) > SPIKE_M_S
        if fast and distance_m(before, after) < min(out_m, back_m) / 2:
            found[number] = Fault.ZIGZAG
    return found


def zigzags(fixes: Sequence[Measured]) -> dict[int, Fault]:
    """Cuts stretches in which the track turns back at least three times in a row, over steps of 15 m and more."""
    turns = [0] + [int(turns_back(*fixes[number - 1 : number + 2])) for number in range(1, len(fixes) - 1)]
    found: dict[int, Fault] = {}
    run: list[int] = []
    for number, turned in enumerate([*turns, 0]):
        if turned:
            run.append(number)
            continue
        if len(run) >= ZIGZAG_TURNS:
            found |= dict.fromkeys(run, Fault.ZIGZAG)
        run = []
    return found


def turns_back(before: Fix, here: Fix, after: Fix) -> bool:
    steps = (
        (distance_m(before, here), seconds(before, here)),
        (distance_m(here, after), seconds(here, after)),
    )
    fast = all(step_m >= ZIGZAG_M and step_m / step_s >= ZIGZAG_M_S for step_m, step_s in steps)
    return fast and turn_cos(before, here, after) <= TURN_COS


def seconds(before: Fix, after: Fix) -> float:
    return max((after.at - before.at).total_seconds(), SHORTEST_S)


def turn_cos(before: Fix, here: Fix, after: Fix) -> float:
    """The cosine of the turn at `here`: 1 straight on, -1 right back."""
    (east, north), (on_east, on_north) = offset_m(before, here), offset_m(here, after)
    lengths = math.hypot(east, north) * math.hypot(on_east, on_north)
    return (east * on_east + north * on_north) / lengths if lengths else 1.0


@dataclass(frozen=True)
class FastStep:
    """A step that a car hardly makes: it is shown, and kept."""

    at: datetime
    speed_m_s: float


def fast_steps(fixes: Sequence[Fix]) -> list[FastStep]:
    """Steps of good fixes faster than 150 km/h, after 20 m of error."""
    found = []
    for before, after in pairwise(fixes):
        speed_m_s = (distance_m(before, after) - WARN_SLACK_M) / seconds(before, after)
        if speed_m_s > WARN_M_S:
            found.append(FastStep(after.at, speed_m_s))
    return found
