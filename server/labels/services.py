from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from server.accounts.models import User
from server.frames.models import Frame, Scorer
from server.houses.models import Sighting
from server.houses.queries import season_of
from server.houses.services import publish_scores
from server.houses.signals import scores_changed
from server.labels.drawing import Drawing, click_of, mark_of, strokes_in_words
from server.labels.history import may_withdraw
from server.labels.models import Click, Label
from server.labels.pictures import Mask, packed
from server.labels.queries import newest_label

ITS_OWN = frozenset(
    {"id", "author", "method", "carried_from", "again_of", "withdrawn_at", "withdrawn_by", "created_at"}
)
"""What a label that is taken again does not have of the older one."""


class NotYours(Exception):
    """Only the author of a label and staff may do this; the message says so."""


class FrameGone(Http404):
    """The frame was deleted since it was read; the message says so."""


@transaction.atomic
def record_verdict(*, frame: Frame, author: User, verdict: Label.Verdict) -> Label:
    """A person's word on a whole frame. Not festive takes its sightings off the map, festive brings them back.

    The scores of the houses that the frame shows are published anew, under every scorer that saw them there.
    """
    return spoken(Label(frame=frame, author=author, verdict=verdict))


@dataclass(frozen=True)
class Origin:
    """What a mask was drawn on: the scorer that was live, its backbone, and the label that it was carried from.

    `imported`: it was not drawn here, but read from a file.
    """

    scorer: Scorer | None = None
    backbone_sha256: str = ""
    carried_from: Label | None = None
    imported: bool = False


@transaction.atomic
def record_mask(
    *,
    frame: Frame,
    author: User,
    drawing: Drawing,
    mask: Mask,
    origin: Origin,
    later: list[Frame] | None = None,
) -> Label:
    """A mask (H, W) of the frame's picture and the marks that made it. An empty one says: nothing festive here.

    It is the frame's newest word, and counts as one on the whole frame as well. Where a list is given, a frame whose houses
    have to be published anew is put on it, for `publish_again` at the end of the transaction.
    """
    share = float(mask.mean())
    label = Label(
        frame=frame,
        author=author,
        verdict=Label.Verdict.FESTIVE if share > 0 else Label.Verdict.NOT_FESTIVE,
        mask=packed(mask),
        mask_rows=mask.shape[0],
        mask_columns=mask.shape[1],
        mask_share=share,
        threshold=drawing.threshold,
        smoothing=drawing.smoothing,
        edge=drawing.edge,
        layer=drawing.layer,
        strokes=strokes_in_words(drawing),
        scorer=origin.scorer,
        backbone_sha256=origin.backbone_sha256,
        method=method_of(drawing, origin),
        carried_from=origin.carried_from,
    )
    spoken(label, later)
    Click.objects.bulk_create(click_of(label, index, mark) for index, mark in enumerate(drawing.marks))
    return label


def method_of(drawing: Drawing, origin: Origin) -> Label.Method:
    """How a mask was made; one that nothing was drawn for says of the whole frame that nothing in it is festive."""
    if origin.imported:
        return Label.Method.IMPORTED
    if origin.carried_from:
        return Label.Method.CARRIED
    if drawing.marks and drawing.strokes:
        return Label.Method.BOTH
    if drawing.strokes:
        return Label.Method.STROKES
    return Label.Method.CLICKS if drawing.marks else Label.Method.WORD


@transaction.atomic
def take_again(label: Label, author: User) -> Label:
    """An older label of a frame as its newest, said by whoever takes it again."""
    again = Label(author=author, method=Label.Method.AGAIN, again_of=label)
    for field in Label._meta.concrete_fields:
        if field.name not in ITS_OWN:
            setattr(again, field.attname, getattr(label, field.attname))
    spoken(again)
    Click.objects.bulk_create(
        click_of(again, click.index, mark_of(click)) for click in label.clicks.order_by("index")
    )
    return again


@transaction.atomic
def withdraw(label: Label, by: User) -> bool:
    """A mistaken label no longer counts, the one before it does. False where it was withdrawn already; raises NotYours."""
    if not may_withdraw(label, by):
        raise NotYours(_("Only its author and staff can withdraw a label."))
    frame = locked(label.frame_id)
    withdrawn = Label.objects.standing().filter(pk=label.pk)
    if not withdrawn.update(withdrawn_at=timezone.now(), withdrawn_by=by):
        return False
    follow_newest(frame)
    return True


def spoken(label: Label, later: list[Frame] | None = None) -> Label:
    """Writes a label, and what follows from its verdict."""
    frame = locked(label.frame_id)
    label.save()
    follow_newest(frame, later)
    return label


def locked(frame_id: int) -> Frame:
    """Raises FrameGone."""
    frame = Frame.objects.select_for_update(no_key=True).filter(pk=frame_id).first()
    if frame is None:
        raise FrameGone(_("This frame is no longer there: it was deleted, or its drive was."))
    return frame


def follow_newest(frame: Frame, later: list[Frame] | None = None) -> None:
    """The frame and the houses that it shows follow the label that counts. Without one, the frame is taken as it is seen."""
    newest = newest_label(frame)
    not_festive = newest is not None and newest.verdict == Label.Verdict.NOT_FESTIVE
    Frame.objects.filter(pk=frame.pk).update(not_festive=not_festive)
    changed = (
        Sighting.objects.filter(frame=frame).exclude(suppressed=not_festive).update(suppressed=not_festive)
    )
    if changed and later is None:
        publish_again([frame])
    elif changed and later is not None:
        later.append(frame)


def publish_again(frames: Iterable[Frame]) -> None:
    """Scores of the houses that these frames show, under every scorer that saw them there, in the order of all publishers.

    Whoever writes more than one frame calls it once, last: nobody waits for a frame while they keep others from publishing.
    """
    chosen = {frame.pk: season_of(frame.captured_at) for frame in frames}
    shown = Sighting.objects.filter(frame__in=chosen, house__isnull=False)
    houses: dict[tuple[int, int], set[int]] = {}
    for scorer_id, frame_id, house_id in shown.values_list("scorer", "frame", "house"):
        if season := chosen[frame_id]:
            houses.setdefault((scorer_id, season.pk), set()).add(house_id)
    scorers = Scorer.objects.in_bulk({scorer_id for scorer_id, _season in houses})
    seasons = {season.pk: season for season in chosen.values() if season}
    for (scorer_id, season_id), ids in sorted(houses.items()):
        publish_scores(scorer=scorers[scorer_id], season=seasons[season_id], house_ids=sorted(ids))
    if houses:
        scores_changed.send(Frame, house_ids=sorted(set().union(*houses.values())))
