"""How far a drive has come, in numbers that balance: files = archives + frames to score + rejected."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from server.drives.models import Drive, Footage, Stage, StageRun

Kind, State = Footage.Kind, Footage.State


@dataclass(frozen=True)
class Counts:
    """Files of a drive that are no archives: `photos` = `waiting` + `accepted` + `rejected`; `scored` of the accepted."""

    photos: int
    waiting: int
    accepted: int
    rejected: int
    frames: int
    scored: int
    houses: int


def counts_of(drive: Drive) -> Counts:
    """Counted in the database, not by the runs, so that a repeated attempt counts once."""
    photos = Q(kind=Kind.PHOTO) | Q(kind=Kind.ARCHIVE, state=State.REJECTED)
    footage = drive.footage.aggregate(
        photos=Count("pk", filter=photos),
        waiting=Count("pk", filter=photos & Q(state=State.RECEIVED)),
        accepted=Count("pk", filter=photos & Q(state=State.ACCEPTED)),
        rejected=Count("pk", filter=photos & Q(state=State.REJECTED)),
    )
    frames = drive.frames.filter(poisoned=False).aggregate(
        frames=Count("pk", distinct=True),
        scored=Count("pk", filter=Q(scores__isnull=False), distinct=True),
        houses=Count("sightings__house", distinct=True),
    )
    return Counts(**footage, **frames)


def parts_done(drive: Drive) -> tuple[int, int]:
    """Parts of the present stage that are done, and all of them."""
    runs = drive.stage_runs.filter(stage=drive.stage)
    return runs.filter(state=StageRun.State.DONE).count(), runs.values("part").distinct().count()


def is_over(drive: Drive) -> bool:
    return drive.stage == Stage.DONE or bool(drive.failure)
