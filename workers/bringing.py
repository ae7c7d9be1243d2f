"""Labels from a file that somebody brought: read and checked with progress, then written at one moment."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from server.accounts.models import User
from server.jobs.models import Job
from server.jobs.services import hold, tell
from server.labels.exchange.bringing import Checked, Tally, checked, take, tally
from server.labels.exchange.found import found_in_file
from server.labels.exchange.refused import Refused
from workers.ends import Rejected

TOLD_EVERY = 20
MOST_LINES = 500


def import_labels(job: Job) -> dict[str, Any]:
    """Raises Rejected, Cancelled and LeaseLost."""
    if job.asked_by is None:
        raise Rejected(
            _("Whoever brought these labels has no account any more, so that they would be nobody's.")
        )
    masks = read(job)
    skipped = [one for one in masks if one.trouble]
    tell(job, stage=_("Writing labels"))
    for one in skipped[:MOST_LINES]:
        tell(job, line=f"{one.name}: {one.trouble}")
    if len(skipped) > MOST_LINES:
        more = _("%(count)d more were skipped.") % {"count": len(skipped) - MOST_LINES}
        tell(job, line=more)
    if skipped and job.asked["all_or_none"]:
        sentence = _("%(count)d masks cannot be taken, so none was. Mend them, or ask for what is good.")
        raise Rejected(sentence % {"count": len(skipped)})
    write(masks, job.asked_by, job)
    counts = tally(masks)
    tell(job, line=counts.sentence())
    return told(counts)


def read(job: Job) -> list[Checked]:
    """Raises Rejected for a file of which nothing can be read."""
    tell(job, stage=_("Reading masks"))
    try:
        with default_storage.open(job.asked["file"], "rb") as stream:
            found = found_in_file(stream)
            tell(job, expected=len(found))
            masks = []
            for one in checked(found):
                masks.append(one)
                if len(masks) % TOLD_EVERY == 0:
                    tell(job, done=len(masks))
            return masks
    except FileNotFoundError as gone:
        raise Rejected(_("The file that was brought is gone. Bring it again.")) from gone
    except Refused as refusal:
        raise Rejected(str(refusal)) from refusal


def write(masks: list[Checked], author: User, job: Job) -> None:
    """All at one moment, which counts only if the job is ours in the end: until then its lease can be prolonged, and it can be
    cancelled."""
    with transaction.atomic():
        take(masks, author)
        with hold(job):
            pass


def told(counts: Tally) -> dict[str, Any]:
    return {"taken": counts.taken, "known": counts.known, "skipped": counts.skipped}
