"""What staff ask of rows that they ticked: one row after the other, each in a transaction that counts only while the job is ours.

Every verb here may be said twice: a job whose worker fell silent begins again, and passes over what is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from django.db.models import Count, Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.accounts.models import User
from server.drives import runs
from server.drives.models import Drive, Stage
from server.frames.models import Frame
from server.frames.queries import live_scorer, parts_of
from server.houses.identity.decisions import CannotDecide, say_same, split
from server.houses.models import Decision, House
from server.houses.services import hide_house, show_house
from server.jobs.models import Job
from server.jobs.services import hold, tell
from server.labels.models import Label
from server.labels.services import FrameGone, record_verdict
from server.trust.models import Report
from server.trust.services import close, grant
from server.votes import services as votes
from workers.ends import Rejected, Wait

LOOK_AGAIN_S = 2.0
VOTES_AT_ONCE = 500


def say_verdict(job: Job) -> dict[str, Any]:
    """Frames are festive or not, as a whole; the houses that they show are scored anew."""
    author, verdict = asker(job), Label.Verdict(job.asked["verdict"])

    def say(frame: Frame) -> bool:
        said = frame.labels.filter(author=author, verdict=verdict, created_at__gte=job.created_at)
        if said.exists():
            return False
        with suppress(FrameGone):
            record_verdict(frame=frame, author=author, verdict=verdict)
            return True
        return False

    return one_by_one(job, Frame.objects.filter(pk__in=job.asked["ids"]).order_by("pk"), say)


def hide(job: Job) -> dict[str, Any]:
    return one_by_one(job, houses(job).filter(hidden=False), hide_house)


def show(job: Job) -> dict[str, Any]:
    return one_by_one(job, houses(job).filter(hidden=True), show_house)


def merge(job: Job) -> dict[str, Any]:
    """All houses become the one with the most sightings, the oldest of equals."""
    first, *others = houses(job).annotate(seen=Count("sightings")).order_by("-seen", "pk")

    def join(other: House) -> bool:
        try:
            say_same(house=first, other=other, by=asker(job))
        except CannotDecide:
            return False
        return True

    return one_by_one(job, others, join) | {"page": page_of(first)}


def part(job: Job) -> dict[str, Any]:
    """The sightings become a house of their own. Raises Rejected."""
    house = House.objects.get(pk=job.asked["house"])
    tell(job, stage=_("Parting the house"), expected=1)
    with hold(job):
        done = Decision.objects.filter(
            kind=Decision.Kind.SPLIT, house=house, at__gte=job.created_at, by=asker(job)
        )
        if not done.exists():
            try:
                split(house=house, sightings=job.asked["ids"], by=asker(job))
            except CannotDecide as refusal:
                raise Rejected(str(refusal)) from refusal
    tell(job, done=1, line=_("Its pictures are of two houses now."))
    return {"changed": 1, "page": page_of(house)}


def look_again(job: Job) -> dict[str, Any] | Wait:
    """The drives of these frames are sent through the live scorer, which makes what is missing; frames set aside get another try.

    Ends when all of them are on the map again, or stand still.
    """
    scorer = live_scorer()
    if scorer is None:
        raise Rejected(_("No scorer is live yet. Score a drive first."))
    frames = Frame.objects.filter(pk__in=job.asked["ids"])
    drives = list(Drive.objects.filter(pk__in=frames.values("drive")).order_by("pk"))
    sent = set(job.asked.get("sent", []))
    for drive in drives:
        if drive.pk in sent:
            continue
        with hold(job):
            frames.filter(drive=drive, poisoned=True).update(poisoned=False, attempts=0)
            if runs.score_again(drive, parts=parts_of(drive.pk), scorer_hash=scorer.hash) or stands_still(
                job, drive
            ):
                sent.add(drive.pk)
                job.asked["sent"] = sorted(sent)
                job.save(update_fields=["asked"])
    ended = [drive for drive in drives if drive.pk in sent and has_ended(drive)]
    tell(job, stage=_("Drives on their way again"), done=len(ended), expected=len(drives))
    if len(ended) < len(drives):
        return Wait(LOOK_AGAIN_S)
    return {"changed": len(drives)}


def stands_still(job: Job, drive: Drive) -> bool:
    """Whether a drive waits for something else than workers; what for is told."""
    drive.refresh_from_db()
    if drive.failure:
        tell(job, line=_("%(drive)s stands still: %(why)s") % {"drive": drive, "why": drive.failure})
    return bool(drive.failure)


def has_ended(drive: Drive) -> bool:
    drive.refresh_from_db()
    return drive.stage == Stage.DONE or bool(drive.failure)


def decide(job: Job) -> dict[str, Any]:
    """Held votes count, or are discarded."""
    ids, changed = job.asked["ids"], 0
    tell(job, stage=_("Deciding"), expected=len(ids))
    for start in range(0, len(ids), VOTES_AT_ONCE):
        some = ids[start : start + VOTES_AT_ONCE]
        with hold(job):
            changed += votes.decide(votes=some, count=job.asked["count"], by=asker(job))
        tell(job, done=start + len(some))
    return told(job, changed)


def settle(job: Job) -> dict[str, Any]:
    """Reports are granted, which takes their houses off the map, or closed."""
    reports = Report.objects.open().filter(pk__in=job.asked["ids"]).select_related("house").order_by("pk")
    return one_by_one(job, reports, grant if job.asked["grant"] else close)


def one_by_one(job: Job, rows: Iterable[Any], verb: Callable[[Any], bool | None]) -> dict[str, Any]:
    """What came of saying the verb of each row; a verb that changed nothing says False."""
    chosen: list[Model] = list(rows)
    changed = 0
    tell(job, stage=_("One by one"), expected=len(chosen))
    for number, row in enumerate(chosen, start=1):
        with hold(job):
            changed += verb(row) is not False
        tell(job, done=number)
    return told(job, changed)


def told(job: Job, changed: int) -> dict[str, Any]:
    tell(job, line=ngettext("%d row was changed.", "%d rows were changed.", changed) % changed)
    return {"changed": changed}


def houses(job: Job) -> Any:
    return House.objects.filter(pk__in=job.asked["ids"]).order_by("pk")


def asker(job: Job) -> User:
    """Raises Rejected where the account is gone."""
    if job.asked_by is None:
        raise Rejected(_("The account that asked for this is gone."))
    return job.asked_by


def page_of(house: House) -> str:
    return reverse("review:house", args=[house.present.public_id])
