"""Drawings that are not saved yet, one for each frame and author."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from server.accounts.models import User
from server.frames.models import Frame
from server.labels.models import Draft, Label

KEPT = timedelta(days=30)
MOST_BYTES = 512 * 1024
"""Of a drawing as JSON; hundreds of clicks and long strokes stay well below."""


class ChangedElsewhere(Exception):
    """The author's draft was kept from another page or device since this one last knew it."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(str(draft))
        self.draft = draft


def draft_of(frame: Frame, author: User) -> Draft | None:
    return Draft.objects.filter(frame=frame, author=author).first()


@transaction.atomic
def keep_draft(
    *, frame: Frame, author: User, drawing: dict[str, Any], based_on: int | None, known_at: datetime | None
) -> Draft:
    """Writes a drawing over the one that the page knows; `known_at` is when that one was kept, None for none.

    The same drawing once more changes nothing. Raises ChangedElsewhere where another one lies there.
    """
    kept = Draft.objects.select_for_update().filter(frame=frame, author=author).first()
    if kept is not None and kept.drawing == drawing:
        return kept
    if kept is not None and kept.updated_at != known_at:
        raise ChangedElsewhere(kept)
    label = Label.objects.filter(frame=frame, pk=based_on).first() if based_on else None
    draft, _made = Draft.objects.update_or_create(
        frame=frame, author=author, defaults={"drawing": drawing, "based_on": label}
    )
    return draft


def drop_draft(frame: Frame, author: User) -> None:
    Draft.objects.filter(frame=frame, author=author).delete()


def sweep() -> int:
    """Drops drafts that nobody has touched for 30 days; how many."""
    count, _each = Draft.objects.filter(updated_at__lt=timezone.now() - KEPT).delete()
    return count


def draft_in_words(draft: Draft | None) -> dict[str, Any]:
    """What the page has to know of a draft, or of none."""
    if draft is None:
        return {"drawing": None, "based_on": None, "known_at": "", "at": ""}
    return {
        "drawing": draft.drawing,
        "based_on": draft.based_on_id,
        "known_at": draft.updated_at.isoformat(),
        "at": clock(draft.updated_at),
    }


def clock(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "H:i")
