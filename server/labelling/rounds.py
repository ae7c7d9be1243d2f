"""A round: up to twenty frames of the queue that a labeller goes through one after the other, kept in the session."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from server.accounts.models import User
from server.frames.models import Frame
from server.frames.queries import frames_readable_by
from server.labelling.models import Skip
from server.labelling.queries import Asked, part_of, waiting_for
from server.labelling.reported import counting_labels

KEY = "labelling_round"
LENGTH = 20


@dataclass(frozen=True)
class Round:
    """Public ids of its frames in order, the part of the queue that they are of, and when it began."""

    frames: tuple[str, ...]
    asked: Asked = field(default_factory=Asked)
    began_at: datetime = field(default_factory=timezone.now)

    def place_of(self, public_id: str) -> int:
        """From 1; 0 for a frame of no round."""
        return self.frames.index(public_id) + 1 if public_id in self.frames else 0


def begin(session: SessionBase, user: User, asked: Asked, first: str = "") -> Round:
    """A round from the frame `first` on, or from the head of that part of the queue."""
    waiting = list(part_of(waiting_for(user), asked).values_list("frame__public_id", flat=True)[:2000])
    start = waiting.index(first) if first in waiting else 0
    chosen = waiting[start : start + LENGTH]
    if first and first not in chosen:
        chosen = [first, *chosen[: LENGTH - 1]]
    begun = Round(tuple(chosen), asked)
    session[KEY] = {
        "frames": list(begun.frames),
        "asked": asdict(asked),
        "began_at": begun.began_at.isoformat(),
    }
    return begun


def current(session: SessionBase) -> Round | None:
    kept: Any = session.get(KEY)
    if not isinstance(kept, dict):
        return None
    began_at = parse_datetime(kept["began_at"])
    return Round(tuple(kept["frames"]), Asked(**kept["asked"]), began_at) if began_at else None


def done_in(found: Round) -> set[str]:
    """Public ids of its frames that somebody labelled since it began."""
    since = counting_labels().filter(frame=OuterRef("pk"), created_at__gte=found.began_at)
    frames = Frame.objects.filter(public_id__in=found.frames).filter(Exists(since))
    return set(frames.values_list("public_id", flat=True))


def next_in(found: Round, user: User, here: str) -> Frame | None:
    """The frame after `here` that is not labelled and not skipped, then those before it; None once the round is done."""
    place = found.place_of(here)
    order = [*found.frames[place:], *found.frames[: max(0, place - 1)]]
    skipped = Skip.objects.filter(labeller=user).values("frame")
    open_ = frames_readable_by(user).filter(public_id__in=order).exclude(pk__in=skipped)
    done = done_in(found)
    waiting = {frame.public_id: frame for frame in open_ if frame.public_id not in done}
    return next((waiting[public_id] for public_id in order if public_id in waiting), None)
