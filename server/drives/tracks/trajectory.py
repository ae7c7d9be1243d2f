"""How a drive went: its pieces, length, times and speed. Pure: fixes in, numbers out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from server.drives.track import CLEAR_STEP_M, Fix, distance_m, unbroken

FASTEST_M_S = 60.0
SLOWEST_M_S = 1.0


@dataclass(frozen=True)
class Trajectory:
    """`pieces`: the way in stretches without a gap of more than 5 minutes or 100 m, of fixes at least 8 m apart.

    `distance_m` is their length, `duration` from the first fix to the last, `moving` the time in which that way was made.
    """

    pieces: tuple[tuple[Fix, ...], ...]
    distance_m: float
    duration: timedelta
    moving: timedelta

    @property
    def speed_m_s(self) -> float | None:
        """The mean while the car moved."""
        seconds = self.moving.total_seconds()
        return self.distance_m / seconds if seconds else None


def trajectory(track: Sequence[Fix]) -> Trajectory:
    """Of the fixes of a drive in order of time; steps faster than 60 m/s are errors of the receiver and left out."""
    pieces = tuple(piece for piece in (thinned(piece) for piece in unbroken(track)) if len(piece) > 1)
    steps = [step for piece in pieces for step in pairwise(piece)]
    return Trajectory(
        pieces=pieces,
        distance_m=sum(distance_m(*step) for step in steps),
        duration=track[-1].at - track[0].at if track else timedelta(),
        moving=sum((moving_between(before, after) for before, after in steps), timedelta()),
    )


def moving_between(before: Fix, after: Fix) -> timedelta:
    """The time between two fixes, as far as the car was not slower than 1 m/s."""
    return min(after.at - before.at, timedelta(seconds=distance_m(before, after) / SLOWEST_M_S))


def thinned(piece: Sequence[Fix]) -> tuple[Fix, ...]:
    """Fixes at least 8 m from the one before, so that noise at a red light is no way."""
    kept = [piece[0]]
    for fix in piece[1:]:
        seconds = (fix.at - kept[-1].at).total_seconds()
        if CLEAR_STEP_M <= distance_m(kept[-1], fix) <= FASTEST_M_S * seconds:
            kept.append(fix)
    return tuple(kept)
