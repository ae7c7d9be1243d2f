"""Brought masks as labels: all are looked at first, then written in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from server.accounts.models import User
from server.frames.models import Frame
from server.labels.drawing import Drawing
from server.labels.exchange.found import Found
from server.labels.exchange.refused import Refused
from server.labels.models import Label
from server.labels.pictures import NoPicture, packed, size_of_picture, unpacked
from server.labels.queries import newest_drawn
from server.labels.services import Origin, publish_again, record_mask


@dataclass(frozen=True)
class Checked:
    """A mask that was brought: to be taken, or why not. `png` is how it will be kept, empty where it is not taken."""

    name: str
    frame: Frame | None = None
    png: bytes = b""
    is_known: bool = False
    trouble: str = ""


@dataclass(frozen=True)
class Tally:
    """`known`: masks that the frame's label has already."""

    taken: int
    known: int
    skipped: int

    def sentence(self) -> str:
        said = _("%(taken)d masks taken, %(known)d were there already, %(skipped)d skipped.")
        return said % {"taken": self.taken, "known": self.known, "skipped": self.skipped}


def checked(found: Iterable[Found]) -> Iterator[Checked]:
    """Each mask beside its frame and read whole; of several for one frame the first."""
    frames: set[int] = set()
    for one in found:
        try:
            yield good(one, frames)
        except (Refused, NoPicture) as trouble:
            yield Checked(one.name, trouble=str(trouble))


def good(one: Found, seen: set[int]) -> Checked:
    """Raises Refused and NoPicture."""
    frame = Frame.objects.filter(public_id=one.frame).first()
    if frame is None:
        sentence = _('There is no frame "%(frame)s" here; it may have been deleted.')
        raise Refused(sentence % {"frame": one.frame[:40]})
    if frame.pk in seen:
        raise Refused(_("Another mask of this file is for the same frame."))
    mask = one.mask(*size_of_picture(frame))
    seen.add(frame.pk)
    label = newest_drawn(frame)
    known = label is not None and bool(
        (label.mask_rows, label.mask_columns) == mask.shape
        and (unpacked(bytes(label.mask or b"")) == mask).all()
    )
    return Checked(one.name, frame, packed(mask), known)


@transaction.atomic
def take(masks: Iterable[Checked], author: User) -> int:
    """Writes those that are good as labels, all or none of them; how many. Frames that were deleted since are left out."""
    good = {one.frame.pk: one for one in masks if one.frame is not None and one.png and not one.is_known}
    there = Frame.objects.select_for_update(no_key=True).filter(pk__in=good).order_by("pk")
    changed: list[Frame] = []
    frames = list(there)
    for frame in frames:
        take_one(frame, good[frame.pk].png, author, changed)
    publish_again(changed)
    return len(frames)


def take_one(frame: Frame, png: bytes, author: User, later: list[Frame] | None = None) -> Label:
    """`later` as for `record_mask`."""
    return record_mask(
        frame=frame,
        author=author,
        drawing=Drawing(),
        mask=unpacked(png),
        origin=Origin(imported=True),
        later=later,
    )


def tally(masks: Iterable[Checked], is_taken: bool = True) -> Tally:
    """`is_taken`: the good ones were."""
    rows = list(masks)
    good = sum(bool(one.png) and not one.is_known for one in rows)
    skipped = sum(bool(one.trouble) for one in rows)
    return Tally(good if is_taken else 0, sum(one.is_known for one in rows), skipped)
