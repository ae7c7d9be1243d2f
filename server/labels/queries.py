"""What is read for labelling: the labels of a frame, its neighbours along the drive, and what a mask is made of."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from server.frames.models import Frame, Scorer
from server.frames.queries import live_scorer
from server.labels.drawing import Drawing, drawing_of
from server.labels.models import Label
from server.labels.patches.kept import NotKept, patches_of
from server.labels.patches.masks import CannotDraw, CarriedMask, Looked, carried
from server.labels.pictures import NoPicture, picture_of, unpacked

MOST_CARRIED = 24
FRAMES_CARRIED = 8


def newest_label(frame: Frame) -> Label | None:
    """The label that counts."""
    return frame.labels.standing().first()


def newest_drawn(frame: Frame) -> Label | None:
    """The label that counts, where it has a mask."""
    newest = newest_label(frame)
    return newest if newest and newest.mask_share is not None else None


def beside(frame: Frame, readable: QuerySet[Frame]) -> tuple[Frame | None, Frame | None]:
    """Of the readable frames of the drive those just before and just after, in order of time."""
    others = readable.filter(drive_id=frame.drive_id)
    before = others.filter(
        Q(captured_at__lt=frame.captured_at) | Q(captured_at=frame.captured_at, pk__lt=frame.pk)
    )
    return before.order_by("-captured_at", "-pk").first(), after(frame, others).first()


def next_of_camera(frame: Frame, most: int, readable: QuerySet[Frame]) -> list[Frame]:
    """Of the readable frames those that the same camera took next, in order."""
    same = readable.filter(drive_id=frame.drive_id, camera_id=frame.camera_id, view=frame.view)
    return list(after(frame, same).select_related("drive")[:most])


def after(frame: Frame, others: QuerySet[Frame]) -> QuerySet[Frame]:
    later = Q(captured_at__gt=frame.captured_at) | Q(captured_at=frame.captured_at, pk__gt=frame.pk)
    return others.filter(later).order_by("captured_at", "pk")


def looked_at(frame: Frame, scorer: Scorer | None) -> Looked:
    """Raises NotKept and NoPicture."""
    return Looked(picture_of(frame), patches_of(frame, scorer))


@dataclass(frozen=True)
class Proposal:
    """What a label would be in one of the frames after its own; `trouble` says why there is none."""

    frame: Frame
    carried: CarriedMask | None
    trouble: str = ""


def proposals(
    label: Label, most: int, allowed: QuerySet[Frame], until: Frame | None = None
) -> list[Proposal]:
    """The label's mask in the allowed frames after it, in order; to look at, in half size, or in full up to `until`.

    Raises NotKept, NoPicture and CannotDraw.
    """
    scorer = live_scorer()
    drawing = carriable(label)
    frames = next_of_camera(label.frame, most, allowed)
    if until is not None:
        frames = frames[: frames.index(until) + 1] if until in frames else []
    readable: dict[int, Looked] = {}
    troubles: dict[int, str] = {}
    for frame in frames:
        try:
            readable[frame.pk] = looked_at(frame, scorer)
        except (NotKept, NoPicture) as trouble:
            troubles[frame.pk] = str(trouble)
    first = looked_at(label.frame, scorer)
    mask = unpacked(bytes(label.mask or b""))
    masks = carried(first, drawing, mask, list(readable.values()), in_half=until is None)
    found = dict(zip(readable, masks, strict=True))
    return [Proposal(frame, found.get(frame.pk), troubles.get(frame.pk, "")) for frame in frames]


def carriable(label: Label) -> Drawing:
    """Raises CannotDraw where there is nothing to carry on."""
    drawing = drawing_of(label)
    if drawing is None:
        raise CannotDraw(_("Draw a mask on this frame and save it first; then it can be carried on."))
    if not label.mask_share:
        raise CannotDraw(_("The label says that nothing here is festive: there is nothing to carry on."))
    return drawing
