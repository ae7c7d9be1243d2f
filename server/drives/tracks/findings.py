"""What a drive's track shows under a hard look: what was cut of it and why, its gaps, where the car stood. For its driver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from server.drives.models import Drive, Fault
from server.drives.track import Fix, LonLat, distance_m, unbroken
from server.drives.tracks.receivers import Receiver, receivers_of, track_from
from server.drives.tracks.sanity import FastStep, Measured, fast_steps
from server.drives.tracks.standing import TOLD, Standing, standing

ONE_STRETCH = timedelta(minutes=1)


@dataclass(frozen=True)
class Cut:
    """Fixes in a row of one receiver that have the same fault. `way` is empty near the driver's home; `ident` names it on
    the drive's map."""

    fault: Fault
    first_at: datetime
    last_at: datetime
    fixes: int
    way: tuple[LonLat, ...]
    ident: str = ""

    @property
    def words(self) -> str:
        return str(self.fault.label)

    @property
    def duration(self) -> timedelta:
        return self.last_at - self.first_at


@dataclass(frozen=True)
class Gap:
    """Between two good fixes more than 5 minutes or 100 m apart nothing is known of the way."""

    before: Fix
    after: Fix

    @property
    def duration(self) -> timedelta:
        return self.after.at - self.before.at

    @property
    def length_m(self) -> float:
        return distance_m(self.before, self.after)


@dataclass(frozen=True)
class Findings:
    """`fixes` = `good` + those of `cuts`. `outside`: frames that were taken where the track tells no place."""

    fixes: int
    good: int
    stretches: tuple[tuple[Fix, ...], ...]
    cuts: tuple[Cut, ...]
    gaps: tuple[Gap, ...]
    standing: tuple[Standing, ...]
    fast: tuple[FastStep, ...]
    outside: int

    @property
    def stood(self) -> timedelta:
        return sum((one.duration for one in self.standing), timedelta())

    @property
    def by_fault(self) -> list[tuple[Fault, int, list[Cut]]]:
        """Each fault with how many fixes it cost and their stretches, the costliest first."""
        of_fault: dict[Fault, list[Cut]] = {}
        for cut in self.cuts:
            of_fault.setdefault(cut.fault, []).append(cut)
        counted = [(fault, sum(cut.fixes for cut in cuts), cuts) for fault, cuts in of_fault.items()]
        return sorted(counted, key=lambda row: (-row[1], row[0]))

    def __bool__(self) -> bool:
        return bool(self.cuts or self.gaps or self.standing or self.fast or self.outside)


def findings_of(drive: Drive) -> Findings:
    receivers = receivers_of(drive)
    track = track_from(receivers)
    stretches = unbroken(track)
    found = sorted((cut for one in receivers for cut in cuts_of(one)), key=lambda cut: cut.first_at)
    cuts = [replace(cut, ident=f"cut-{number}") for number, cut in enumerate(found)]
    fixes = sum(len(one.rows) for one in receivers)
    return Findings(
        fixes=fixes,
        good=fixes - sum(cut.fixes for cut in cuts),
        stretches=tuple(map(tuple, stretches)),
        cuts=tuple(cuts),
        gaps=tuple(Gap(before[-1], after[0]) for before, after in pairwise(stretches)),
        standing=tuple(stood for stretch in stretches for stood in standing(stretch, least=TOLD)),
        fast=tuple(step for one in receivers for step in fast_in(one.good())),
        outside=drive.frames.filter(position=None).count(),
    )


def fast_in(fixes: Sequence[Measured]) -> Iterator[FastStep]:
    for stretch in runs(fixes):
        yield from fast_steps(stretch)


def runs(fixes: Iterable[Measured]) -> Iterator[list[Measured]]:
    """Stretches whose fixes follow each other within a minute: a step over an hour says nothing of speed."""
    run: list[Measured] = []
    for fix in fixes:
        if run and fix.at - run[-1].at > ONE_STRETCH:
            yield run
            run = []
        run.append(fix)
    yield run


def cuts_of(receiver: Receiver) -> Iterator[Cut]:
    run: list[Fix] = []
    fault = Fault.NONE
    for row in receiver.rows:
        if run and (row.fault != fault or row.fix.at - run[-1].at > ONE_STRETCH):
            yield cut_of(fault, run)
            run = []
        fault = row.fault
        if fault:
            run.append(row.fix)
    if run:
        yield cut_of(fault, run)


def cut_of(fault: Fault, run: Sequence[Fix]) -> Cut:
    shown = () if fault == Fault.NEAR_HOME else tuple((fix.lon, fix.lat) for fix in run)
    return Cut(fault, run[0].at, run[-1].at, len(run), shown)
