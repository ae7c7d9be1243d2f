"""Originals: what is kept of them, and what is deleted when nobody needs it any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from server.drives.models import Drive, Footage, Reason, Stage
from server.drives.runs import ORDER

REFUSED = Q(state=Footage.State.REJECTED) & ~Q(reason=Reason.POISON)
OPENED = Q(kind=Footage.Kind.ARCHIVE, state=Footage.State.ACCEPTED)


@dataclass(frozen=True)
class Kept:
    """How many originals of a drive are here, and their bytes."""

    files: int
    size_bytes: int


def kept_of(drive: Drive) -> Kept:
    counts = drive.footage.exclude(file="").aggregate(files=Count("id"), size_bytes=Sum("size_bytes"))
    return Kept(files=counts["files"], size_bytes=counts["size_bytes"] or 0)


def useless_of(drive: Drive) -> QuerySet[Footage]:
    """Originals that nobody reads again, whatever their driver chose: of refused files, and of archives that were opened."""
    return drive.footage.exclude(file="").filter(REFUSED | OPENED)


def due_of(drive: Drive) -> QuerySet[Footage]:
    """Originals to delete once every frame is scored: all of them, or where the driver keeps them the useless ones and those
    that passed the driver's home. Frames from before stills were kept still need theirs."""
    kept = drive.footage.exclude(file="")
    due = kept.filter(REFUSED | OPENED | Q(near_home=True)) if drive.keep_originals else kept
    return due.exclude(pk__in=drive.frames.filter(still="").values("footage"))


def drop(footage: Iterable[Footage]) -> int:
    """Deletes originals and says so in their rows; the number of them. Cut off in the middle it can be done again."""
    dropped = 0
    for original in footage:
        original.file.storage.delete(str(original.file.name))
        Footage.objects.filter(pk=original.pk).update(file="", dropped_at=timezone.now())
        dropped += 1
    return dropped


def drop_now(drive: Drive) -> int:
    """The driver's word: originals are not kept. Those of a drive that is not scored yet go when it is."""
    drive.keep_originals = False
    drive.save(update_fields=["keep_originals"])
    scored = drive.stage != Stage.UPLOAD and ORDER.index(Stage(drive.stage)) > ORDER.index(Stage.SCORE)
    return drop(due_of(drive)) if scored else 0
