"""When somebody is where on a tour, and whether the lights are on then. Clock times are those of the place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import ceil

from django.conf import settings
from django.utils import timezone

from server.core.zone import place_zone
from server.tours.travel import STOP_S

DAY_MIN = 24 * 60
STEP_MIN = 5
EARLY_MIN = 8 * 60


@dataclass(frozen=True)
class LightsOn:
    """Every evening from `begins` to `ends`, which may lie after midnight."""

    begins: time
    ends: time

    def lit(self, at: time) -> bool:
        return minutes_after(self.begins, at) <= minutes_after(self.begins, self.ends)


@dataclass(frozen=True)
class Timetable:
    """When a tour begins, arrives at each stop, and ends."""

    leaves: time
    arrives: tuple[time, ...]
    ends: time
    lights: LightsOn | None = None

    @property
    def dark(self) -> tuple[bool, ...]:
        """Of each stop whether its lights are off on arrival."""
        lights = self.lights
        return tuple(lights is not None and not lights.lit(at) for at in self.arrives)

    @property
    def dark_stops(self) -> int:
        return sum(self.dark)

    @property
    def early(self) -> bool:
        """Whether the lights are still off when it begins, and go on within the next hours."""
        lights = self.lights
        return (
            lights is not None
            and not lights.lit(self.leaves)
            and minutes_after(self.leaves, lights.begins) < EARLY_MIN
        )


def lights_on() -> LightsOn | None:
    """The hours that the operator tells (FESTIVITY_LIGHTS_ON); None where nothing is known."""
    return LightsOn(*settings.LIGHTS_ON) if settings.LIGHTS_ON else None


def timetable(legs_s: Sequence[float], stops: int, leaves: time, lights: LightsOn | None) -> Timetable:
    """`legs_s`: all legs of the tour. Where there is one fewer than stops the tour begins at its first stop."""
    to_stops_s = list(legs_s[:stops]) if len(legs_s) >= stops else [0.0, *legs_s]
    return Timetable(leaves, *clocks(to_stops_s, legs_s, stops, leaves), lights)


def clocks(
    to_stops_s: Sequence[float], legs_s: Sequence[float], stops: int, leaves: time
) -> tuple[tuple[time, ...], time]:
    passed_s, arrives = 0.0, []
    for leg_s in to_stops_s:
        passed_s += leg_s
        arrives.append(later(leaves, passed_s))
        passed_s += STOP_S
    return tuple(arrives), later(leaves, sum(legs_s) + STOP_S * stops)


def later(at: time, seconds: float) -> time:
    """To the minute, past midnight on the next day's clock."""
    return (datetime.combine(datetime.min, at) + timedelta(minutes=round(seconds / 60))).time()


def minutes_after(one: time, other: time) -> int:
    """From one time of day to the next moment at which the clock shows the other."""
    return (60 * (other.hour - one.hour) + other.minute - one.minute) % DAY_MIN


def usual_start(lights: LightsOn | None, now: datetime | None = None) -> time:
    """Now, to the next five minutes; when the lights go on, where they are off now."""
    here = (now or timezone.now()).astimezone(place_zone())
    minutes = ceil((60 * here.hour + here.minute) / STEP_MIN) * STEP_MIN % DAY_MIN
    soon = time(*divmod(minutes, 60))
    return soon if lights is None or lights.lit(soon) else lights.begins
