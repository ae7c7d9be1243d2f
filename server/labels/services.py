from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from server.accounts.models import User
from server.frames.models import Frame, Scorer
from server.houses.models import Sighting
from server.houses.queries import season_of
from server.houses.services import publish_scores
from server.houses.signals import scores_changed
from server.labels.drawing import Drawing, click_of, strokes_in_words
from server.labels.models import Click, Label
from server.labels.pictures import Mask, packed


@transaction.atomic
def record_verdict(*, frame: Frame, author: User, verdict: Label.Verdict) -> Label:
    """A person's word on a whole frame. Not festive takes its sightings off the map, festive brings them back.

    The scores of the houses that the frame shows are published anew, under every scorer that saw them there.
    """
    return spoken(Label(frame=frame, author=author, verdict=verdict))


@dataclass(frozen=True)
class Origin:
    """What a mask was drawn on: the scorer that was live, its backbone, and the label that it was carried from."""

    scorer: Scorer | None = None
    backbone_sha256: str = ""
    carried_from: Label | None = None


@transaction.atomic
def record_mask(*, frame: Frame, author: User, drawing: Drawing, mask: Mask, origin: Origin) -> Label:
    """A mask (H, W) of the frame's picture and the marks that made it. An empty one says: nothing festive here.

    It is the frame's newest word, and counts as one on the whole frame as well.
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
        carried_from=origin.carried_from,
    )
    spoken(label)
    Click.objects.bulk_create(click_of(label, index, mark) for index, mark in enumerate(drawing.marks))
    return label


def spoken(label: Label) -> Label:
    """Writes a label, and what follows from its verdict."""
    frame = Frame.objects.select_for_update(no_key=True).get(pk=label.frame_id)
    not_festive = label.verdict == Label.Verdict.NOT_FESTIVE
    Frame.objects.filter(pk=frame.pk).update(not_festive=not_festive)
    label.save()
    changed = (
        Sighting.objects.filter(frame=frame).exclude(suppressed=not_festive).update(suppressed=not_festive)
    )
    if changed:
        publish_again(frame)
    return label


def publish_again(frame: Frame) -> None:
    shown = Sighting.objects.filter(frame=frame, house__isnull=False)
    house_ids = sorted(set(shown.values_list("house_id", flat=True)))
    season = season_of(frame.captured_at)
    if season is None or not house_ids:
        return
    for scorer in Scorer.objects.filter(sightings__in=shown).distinct().order_by("pk"):
        publish_scores(scorer=scorer, season=season, house_ids=house_ids)
    scores_changed.send(Frame, house_ids=house_ids)
