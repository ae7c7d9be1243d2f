"""What is read of a drive: its track, how far it has come, and whether its counts balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from server.drives.models import Drive, Footage, Reason, Stage, StageRun
from server.drives.runs import ORDER
from server.drives.track import Fix, position_at
from server.drives.tracks.receivers import track_of as track_of

WORK = ORDER[:-1]
FED_BY = {Stage.SCORE: Stage.SAMPLE}


def driven_at(drive: Drive) -> datetime:
    """When the drive began: its first frame's moment, and until there is one, when it was made here."""
    first = drive.frames.order_by("captured_at").values_list("captured_at", flat=True).first()
    return first or drive.created_at


def place_of(footage: Footage, at: datetime, track: Sequence[Fix]) -> tuple[float, float] | None:
    """lon, lat where a photo was taken: its own fix, or the place on the track at its time."""
    return (footage.fix.x, footage.fix.y) if footage.fix else position_at(track, at)


@dataclass(frozen=True)
class FileCounts:
    """`files` = `received` + `accepted` + `rejected`, and `rejected` = the sum of `reasons`. Archives are files too."""

    files: int
    received: int
    accepted: int
    rejected: int
    reasons: dict[str, int]


def file_counts(drive: Drive) -> FileCounts:
    rows = drive.footage.order_by().values_list("state", "reason").annotate(files=Count("id"))
    of_state = dict.fromkeys(Footage.State.values, 0)
    reasons: dict[str, int] = {}
    for state, reason, files in rows:
        of_state[state] += files
        if reason:
            reasons[reason] = files
    return FileCounts(files=sum(of_state.values()), reasons=reasons, **of_state)


@dataclass(frozen=True)
class FrameCounts:
    """Frames made of the drive's files; `frames` = `scored` + `set_aside` + `unscored`."""

    frames: int
    scored: int
    set_aside: int
    houses: int

    @property
    def unscored(self) -> int:
        return self.frames - self.scored - self.set_aside


def frame_counts(drive: Drive) -> FrameCounts:
    scored = Count("scores", filter=Q(scores__scorer__live=True), distinct=True)
    counts = drive.frames.aggregate(frames=Count("id", distinct=True), scored=scored)
    shown = Q(sightings__suppressed=False, sightings__house__hidden=False, sightings__scorer__live=True)
    return FrameCounts(
        **counts,
        set_aside=drive.frames.filter(poisoned=True).count(),
        houses=drive.frames.filter(shown).aggregate(houses=Count("sightings__house", distinct=True))[
            "houses"
        ],
    )


@dataclass(frozen=True)
class StageProgress:
    """How far a stage has come. Of the `expected` pieces `count_in` = `count_out` + `count_rejected` were taken in so far.

    `state` is ahead, waiting, running, done or failed; `expected` is None where it is not known beforehand;
    `seconds_left` comes from the stage's own pace and is None until there is one.
    """

    stage: Stage
    state: str
    count_in: int
    count_out: int
    count_rejected: int
    expected: int | None
    parts_done: int
    parts_total: int
    seconds_left: float | None


def progress_of(drive: Drive) -> list[StageProgress]:
    """One entry per stage, in order. Counts are summed over the attempts of the stage's last round."""
    of_stage: dict[str, list[StageRun]] = {stage: [] for stage in WORK}
    for run in drive.stage_runs.order_by("round", "pk"):
        earlier = of_stage[run.stage]
        of_stage[run.stage] = [run] if earlier and earlier[-1].round < run.round else [*earlier, run]
    return [stage_progress(drive, stage, of_stage) for stage in WORK]


def stage_progress(drive: Drive, stage: Stage, of_stage: dict[str, list[StageRun]]) -> StageProgress:
    attempts = of_stage[stage]
    taken_in = sum(run.count_in for run in attempts)
    expected = expected_in(drive, stage, of_stage)
    state = state_of(drive, stage, attempts)
    return StageProgress(
        stage=stage,
        state=state,
        count_in=taken_in,
        count_out=sum(run.count_out for run in attempts),
        count_rejected=sum(run.count_rejected for run in attempts),
        expected=expected,
        parts_done=len({run.part for run in attempts if run.state == StageRun.State.DONE}),
        parts_total=len({run.part for run in attempts}),
        seconds_left=seconds_left(attempts, expected) if state == StageRun.State.RUNNING else None,
    )


def expected_in(drive: Drive, stage: Stage, of_stage: dict[str, list[StageRun]]) -> int | None:
    """How many pieces the stage will take in: what the stage before let out; for probing, the files that are no duplicates."""
    if stage == Stage.PROBE:
        opened = Q(kind=Footage.Kind.ARCHIVE, state=Footage.State.ACCEPTED)
        return drive.footage.exclude(reason=Reason.DUPLICATE).exclude(opened).count()
    if stage == Stage.SAMPLE:
        return foreseen(of_stage[stage])
    if stage in FED_BY:
        return sum(run.count_out for run in of_stage[FED_BY[stage]])
    return None


def foreseen(attempts: Sequence[StageRun]) -> int | None:
    """The sum of what the parts foresee; parts that have not begun count as much as the others on average."""
    of_part: dict[int, int] = {}
    for run in attempts:
        if run.count_expected is not None:
            of_part[run.part] = max(run.count_expected, of_part.get(run.part, 0))
    if not of_part:
        return None
    known = [pieces for part, pieces in of_part.items() if part or len(of_part) == 1]
    unknown = len({run.part for run in attempts} - of_part.keys())
    return sum(of_part.values()) + round(unknown * sum(known) / len(known))


def state_of(drive: Drive, stage: Stage, attempts: Sequence[StageRun]) -> str:
    place, reached = ORDER.index(stage), reached_place(drive)
    if place != reached:
        return "done" if place < reached else "ahead"
    if drive.failure:
        return "failed"
    return "running" if any(run.state == StageRun.State.RUNNING for run in attempts) else "waiting"


def reached_place(drive: Drive) -> int:
    return -1 if drive.stage == Stage.UPLOAD else ORDER.index(Stage(drive.stage))


def seconds_left(attempts: Sequence[StageRun], expected: int | None) -> float | None:
    """What is still expected, at the mean pace since the stage's first attempt began."""
    begun_at = min((run.started_at for run in attempts if run.started_at), default=None)
    taken_in = sum(run.count_in for run in attempts)
    if begun_at is None or expected is None or taken_in == 0:
        return None
    return pace_left(begun_at, timezone.now(), taken_in, expected)


def pace_left(begun_at: datetime, now: datetime, taken_in: int, expected: int) -> float:
    elapsed_s = max((now - begun_at).total_seconds(), 0.0)
    return max(expected - taken_in, 0) * elapsed_s / taken_in


def sent_before(driver: Any, *, sha256: Sequence[str], drive_id: str = "") -> list[Footage]:
    """Which of these files a driver has sent already, one footage for each.

    In the drive of `drive_id` any file counts; elsewhere only what was not refused, and no track: one track may belong to
    two drives.
    """
    here = Q(drive__public_id=drive_id)
    elsewhere = ~Q(state=Footage.State.REJECTED) & ~Q(kind=Footage.Kind.TRACK)
    same = Footage.objects.filter(here | elsewhere, drive__driver=driver, sha256__in=sha256)
    found = same.exclude(sha256="").exclude(reason=Reason.DUPLICATE).select_related("drive").order_by("pk")
    of_hash: dict[str, Footage] = {}
    for footage in found:
        if footage.drive.public_id == drive_id or footage.sha256 not in of_hash:
            of_hash[footage.sha256] = footage
    return list(of_hash.values())


def ended_unseen(driver: object) -> QuerySet[Drive]:
    """The driver's drives that are done or stand still since they were last looked at."""
    runs = StageRun.objects.filter(drive=OuterRef("pk"), ended_at__isnull=False).order_by("-ended_at")
    ended_at = Case(When(stage=Stage.DONE, then="finished_at"), default=Subquery(runs.values("ended_at")[:1]))
    ended = Drive.objects.owned_by(driver).filter(Q(stage=Stage.DONE) | ~Q(failure=""))
    return ended.annotate(ended_at=ended_at).filter(Q(seen_at=None) | Q(seen_at__lt=F("ended_at")))


def readable_by(user: object) -> QuerySet[Drive]:
    """The drives that a signed-in user may look into: their own, and every drive for staff."""
    return Drive.objects.all() if getattr(user, "is_staff", False) else Drive.objects.owned_by(user)


@dataclass(frozen=True)
class Rejection:
    """Files that were rejected for one reason; `sentence` says why and what to do."""

    reason: str
    sentence: str
    files: tuple[Footage, ...]


def rejections_of(drive: Drive) -> list[Rejection]:
    """Grouped by reason, the most frequent first."""
    of_reason: dict[str, list[Footage]] = {}
    for footage in drive.footage.rejected().order_by("name"):
        of_reason.setdefault(footage.reason, []).append(footage)
    groups = sorted(of_reason.items(), key=lambda group: -len(group[1]))
    return [Rejection(reason, str(Reason(reason).label), tuple(files)) for reason, files in groups]
