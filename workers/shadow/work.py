"""The job that scores in shadow: maps, what was not seen yet, drives, the index of searches, and the comparison at the end."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.frames.models import Scorer
from server.jobs.models import Job
from server.scorers.models import Shadow
from server.scorers.queries import drives_to_bring, frames_to_score
from workers.ends import Rejected
from workers.region_index import catch_up
from workers.scoring import OtherNetwork, network_of
from workers.shadow.comparison import compare
from workers.shadow.drives import bring_drives
from workers.shadow.looks import look_at_rest
from workers.shadow.maps import map_frames
from workers.shadow.turn import Turn


def shadow(job: Job) -> dict[str, Any] | None:
    """One turn. What is there already is not made again, so that a worker that is killed has done nothing in vain."""
    scorer = Scorer.objects.filter(hash=job.asked["scorer"]).first()
    if scorer is None:
        raise Rejected(_("This scorer is gone."))
    Shadow.objects.get_or_create(scorer=scorer)
    turn = Turn(job)
    return finished(turn, scorer) if brought_up(turn, scorer) else None


def brought_up(turn: Turn, scorer: Scorer) -> bool:
    """Whether every drive that has come is brought through the scorer, those of the last moment among them."""
    if frames_to_score(scorer).exists():
        try:
            looks = network_of(scorer)
        except OtherNetwork as error:
            told = _(
                "No worker here sees as this scorer does. Start workers with its backbone and run manage.py rescore."
            )
            raise Rejected(told) from error
        if not (map_frames(turn, scorer, looks) and look_at_rest(turn, scorer, looks)):
            return False
    return bring_drives(turn, scorer) and not drives_to_bring(scorer).exists()


def finished(turn: Turn, scorer: Scorer) -> dict[str, Any]:
    turn.at(_("The index of searches"), 1)
    catch_up(scorer)
    turn.at(_("What would change"), 1)
    comparison = compare(scorer)
    with turn.hold():
        now = timezone.now()
        Shadow.objects.filter(scorer=scorer).update(comparison=comparison, compared_at=now, done_at=now)
    kept = Shadow.objects.get(scorer=scorer)
    turn.say(
        ngettext("The network looked at %d frame.", "The network looked at %d frames.", kept.looked)
        % kept.looked
    )
    if kept.unreadable:
        turn.say(
            _("%d frames have nothing left that can be read; a promotion takes them off.")
            % len(kept.unreadable)
        )
    return {"scorer": scorer.hash, "page": reverse("scorers:scorer", args=[scorer.hash])}
