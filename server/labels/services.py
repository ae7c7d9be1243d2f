from __future__ import annotations

from django.db import transaction

from server.accounts.models import User
from server.frames.models import Frame, Scorer
from server.houses.models import Sighting
from server.houses.queries import season_of
from server.houses.services import publish_scores
from server.houses.signals import scores_changed
from server.labels.models import Label


@transaction.atomic
def record_verdict(*, frame: Frame, author: User, verdict: Label.Verdict) -> Label:
    """A person's word on a whole frame. Not festive takes its sightings off the map, festive brings them back.

    The scores of the houses that the frame shows are published anew, under every scorer that saw them there.
    """
    Frame.objects.select_for_update(no_key=True).get(pk=frame.pk)
    not_festive = verdict == Label.Verdict.NOT_FESTIVE
    Frame.objects.filter(pk=frame.pk).update(not_festive=not_festive)
    label = Label.objects.create(frame=frame, author=author, verdict=verdict)
    sightings = Sighting.objects.filter(frame=frame)
    sightings.update(suppressed=not_festive)
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
