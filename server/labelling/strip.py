"""What the desk says of the queue: why this frame is in it, how far the round is, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse

from server.accounts.models import User
from server.frames.models import Frame
from server.labelling import rounds
from server.labelling.models import QueueEntry, Reason
from server.labelling.presence import people_at
from server.labelling.queries import Asked, entry_of, waiting_for
from server.labelling.reported import counting_labels
from server.labelling.words import sentence_of


@dataclass(frozen=True)
class Strip:
    """`place` of `length` in the round, 0 outside of one; `done` counts its labelled frames. `following` is what comes next.

    `goes_on` is where the next frame is opened; where there is none, nothing waits any more.
    """

    frame: Frame
    entry: QueueEntry | None
    sentence: str
    place: int
    length: int
    done: int
    labelled: bool
    following: Frame | None
    goes_on: str
    starts_anew: bool
    people: tuple[str, ...]

    @property
    def reason(self) -> str:
        return str(Reason(self.entry.reason).label) if self.entry else ""


def strip_of(session: SessionBase, user: User, frame: Frame) -> Strip:
    entry, found = entry_of(frame), rounds.current(session)
    inside = found is not None and found.place_of(frame.public_id) > 0
    following = rounds.next_in(found, user, frame.public_id) if found and inside else None
    starts_anew = following is None
    if following is None:
        following = first_waiting(user, frame)
    asked = found.asked if found and inside else Asked()
    return Strip(
        frame=frame,
        entry=entry,
        sentence=sentence_of(entry) if entry else "",
        place=found.place_of(frame.public_id) if found else 0,
        length=len(found.frames) if found and inside else 0,
        done=len(rounds.done_in(found)) if found and inside else 0,
        labelled=is_labelled(frame, entry),
        following=following,
        goes_on=desk_address(following, asked) if following else "",
        starts_anew=starts_anew and inside,
        people=people_at([frame], user).get(frame.pk, ()),
    )


def first_waiting(user: User, besides: Frame) -> Frame | None:
    entry = waiting_for(user).exclude(frame=besides).select_related("frame").first()
    return entry.frame if entry else None


def is_labelled(frame: Frame, entry: QueueEntry | None) -> bool:
    """Whether a label answers why the frame was listed, or outside of the queue, whether there is one."""
    labels = counting_labels().filter(frame=frame)
    return (labels.filter(created_at__gt=entry.listed_at) if entry else labels).exists()


def desk_address(frame: Frame, asked: Asked) -> str:
    words: dict[str, Any] = {"from": "queue", **asked.words}
    return f"{reverse('labels:inspect', args=[frame.public_id])}?{urlencode(words)}"
