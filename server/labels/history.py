"""The labels of a frame, one after another: who said what, how, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.urls import reverse

from server.accounts.models import User
from server.frames.models import Frame
from server.labels.models import Label
from server.labels.pictures import unpacked
from server.labels.presence import name_of

MOST_SHOWN = 30


@dataclass(frozen=True)
class Change:
    """Against the mask before, in per cent of the picture."""

    added: float
    removed: float

    @property
    def is_none(self) -> bool:
        return self.added == 0 and self.removed == 0


@dataclass(frozen=True)
class Said:
    """A label as the history shows it. `change` is None where it or the one before has no mask, or one of another size."""

    label: Label
    author: str
    withdrawn_by: str
    counts: bool
    change: Change | None
    withdrawable: bool

    @property
    def overlay(self) -> str:
        """The address of its mask as PNG."""
        return reverse("labels:layer", args=[self.label.frame.public_id, f"label-{self.label.pk}"])


def history_of(frame: Frame, reader: User) -> tuple[list[Said], int]:
    """The newest labels, the newest first, and how many older ones there are."""
    rows = frame.labels.select_related(
        "frame", "author", "withdrawn_by", "scorer", "carried_from__frame", "again_of__author"
    )
    count = rows.count()
    shown = list(rows.defer(None)[: MOST_SHOWN + 1])
    return list(told(shown, reader))[:MOST_SHOWN], max(0, count - MOST_SHOWN)


def told(labels: Sequence[Label], reader: User) -> Iterator[Said]:
    standing = [label for label in labels if label.withdrawn_at is None]
    for label, older in zip(labels, [*labels[1:], None], strict=False):
        yield Said(
            label=label,
            author=name_of(label.author, reader),
            withdrawn_by=name_of(label.withdrawn_by, reader) if label.withdrawn_by else "",
            counts=label in standing[:1],
            change=change_between(older, label) if older else None,
            withdrawable=label.withdrawn_at is None and may_withdraw(label, reader),
        )


def may_withdraw(label: Label, reader: User) -> bool:
    return bool(reader.is_staff or label.author_id == reader.pk)


def change_between(before: Label, after: Label) -> Change | None:
    if before.mask is None or after.mask is None:
        return None
    old, new = unpacked(bytes(before.mask)), unpacked(bytes(after.mask))
    if old.shape != new.shape:
        return None
    return Change(100 * float(np.mean(new & ~old)), 100 * float(np.mean(old & ~new)))
