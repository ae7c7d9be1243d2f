"""Verbs on scorers: into the shadow, live, and back. One row says which one is live; everything that is shown reads that."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.accounts.models import User
from server.drives.models import Drive, Stage
from server.frames.models import Scorer
from server.frames.queries import is_live
from server.houses.identity.leaving import publish_left
from server.houses.identity.lock import lock_identity
from server.houses.models import Sighting
from server.jobs.kinds import Kind
from server.jobs.models import Job
from server.jobs.services import AlreadyAtWork, ask
from server.scorers.models import BroughtDrive, Promotion, Shadow
from server.scorers.queries import (
    alone_word,
    drives_to_bring,
    ended_at,
    frames_missing,
    job_of,
    scorers_alike,
    way_back,
)


class CannotPromote(Exception):
    """Pages would lose something, or another was quicker; the message is a sentence for staff."""


def begin_shadow(*, scorer: Scorer, asked_by: User | None) -> Job:
    """Puts the scoring of everything by this scorer, beside the live one, before the workers; what it has is not made again.

    Raises AlreadyAtWork.
    """
    Shadow.objects.get_or_create(scorer=scorer)
    return ask(
        Kind.SHADOW,
        title=_("Score in shadow: %s") % scorer.hash,
        asked={"scorer": scorer.hash},
        asked_by=asked_by,
        alone=alone_word(scorer),
    )


def hindrance(scorer: Scorer) -> str:
    """Why the scorer cannot be promoted, as a sentence; empty where it can."""
    if scorer.live:
        return _("This scorer is live already.")
    shadow = Shadow.objects.filter(scorer=scorer).first()
    if shadow is None and not frames_are_its_own(scorer):
        return _(
            "This scorer has not been in shadow yet. Score in shadow first, so that nothing leaves the map."
        )
    if job_of(scorer):
        return _("Its scoring in shadow is not done yet. Wait until the job has ended.")
    if shadow and shadow.done_at is None:
        return _(
            "Its scoring in shadow came to no end. Score in shadow again; what is there is not made anew."
        )
    missing = frames_missing(scorer)
    if missing:
        return ngettext(
            "%d frame is not scored by it yet. Score in shadow once more, which takes only what is missing.",
            "%d frames are not scored by it yet. Score in shadow once more, which takes only what is missing.",
            missing,
        ) % (missing)
    behind = drives_to_bring(scorer).count()
    if behind:
        return ngettext(
            "%d drive has come or changed since. Score in shadow once more, which takes only what is missing.",
            "%d drives have come or changed since. Score in shadow once more, which takes only what is missing.",
            behind,
        ) % (behind)
    return ""


def frames_are_its_own(scorer: Scorer) -> bool:
    """Whether drives went through it on their own way, as with `manage.py rescore`."""
    return Drive.objects.filter(scorer_hash=scorer.hash, stage=Stage.DONE).exists()


@transaction.atomic
def promote(*, scorer: Scorer, by: User | None = None, instead_of: str | None = None) -> Promotion:
    """Makes `scorer` the live one, at one moment, for every page. No house, vote or label is touched.

    `instead_of`: the hash of the scorer that was live when the person decided. Raises CannotPromote.
    """
    live = locked_live(instead_of)
    scorer.refresh_from_db()
    if sentence := hindrance(scorer):
        raise CannotPromote(sentence)
    return switched(scorer, live, by, Promotion.Kind.PROMOTE)


@transaction.atomic
def roll_back(*, by: User | None = None, instead_of: str | None = None) -> Promotion:
    """Makes the scorer live again that was so before the present one was promoted: its rows are as they were, so that every page
    and tile is, too. Drives that came in between are brought through it by a job. Raises CannotPromote."""
    live = locked_live(instead_of)
    made = way_back(live) if live else None
    if made is None or made.before is None:
        raise CannotPromote(_("There is nothing to roll back to: no scorer was live before this one."))
    promotion = switched(made.before, live, by, Promotion.Kind.ROLL_BACK)
    if drives_to_bring(made.before).exists():
        with suppress(AlreadyAtWork):
            begin_shadow(scorer=made.before, asked_by=by)
    return promotion


def locked_live(instead_of: str | None) -> Scorer | None:
    """The live scorer, under locks that only one who promotes and one who finds houses hold. Raises CannotPromote where it is
    not the one that was seen."""
    lock_identity()
    rows = list(Scorer.objects.select_for_update(no_key=True).order_by("pk"))
    live = next((row for row in rows if row.live), None)
    if instead_of is not None and (live.hash if live else "") != instead_of:
        told = _("Meanwhile %s went live. Nothing was changed; look at the figures against that one first.")
        raise CannotPromote(told % (live.hash if live else "–"))
    return live


def switched(scorer: Scorer, live: Scorer | None, by: User | None, kind: str) -> Promotion:
    now, first_time = timezone.now(), scorer.promoted_at is None
    Scorer.objects.filter(live=True).update(live=False)
    Scorer.objects.filter(pk=scorer.pk).update(live=True, promoted_at=now)
    scorer.live, scorer.promoted_at = True, now
    if first_time:
        keep_hidden(scorer)
    if live:
        hand_over(live, scorer)
    return Promotion.objects.create(scorer=scorer, before=live, by=by, kind=kind)


def keep_hidden(scorer: Scorer) -> None:
    """From now on nobody sees the frames in which this scorer sees a hidden house: others choose other best frames."""
    frames = Sighting.objects.filter(scorer=scorer, house__hidden=True).values("frame")
    beside = Sighting.objects.filter(frame__in=frames, house__isnull=False).exclude(scorer=scorer)
    publish_left(sorted(set(beside.values_list("house_id", flat=True))), but=scorer)


def hand_over(live: Scorer, scorer: Scorer) -> None:
    """Finished drives go with the scorer that is live now, as far as it has been through them; that the other one has been
    through them is written down. One statement asks and writes, so that a drive that ends meanwhile is not taken for brought."""
    done = Drive.objects.filter(stage=Stage.DONE, failure="")
    BroughtDrive.objects.bulk_create(
        [
            BroughtDrive(scorer=live, drive=drive, at=ended_at(drive))
            for drive in done.filter(scorer_hash=live.hash)
        ],
        update_conflicts=True,
        unique_fields=["scorer", "drive"],
        update_fields=["at"],
    )
    behind = drives_to_bring(scorer).order_by().values("pk")
    done.exclude(scorer_hash__in=["", scorer.hash]).exclude(pk__in=behind).update(scorer_hash=scorer.hash)


def note_brought(scorer: Scorer, drive: Drive) -> None:
    """The drive is under this scorer what it was when it was read. Where that one is live, the drive goes with it from now on."""
    BroughtDrive.objects.update_or_create(scorer=scorer, drive=drive, defaults={"at": ended_at(drive)})
    if is_live(scorer):
        same = Drive.objects.filter(pk=drive.pk, stage=Stage.DONE, finished_at=drive.finished_at)
        same.exclude(scorer_hash=scorer.hash).update(scorer_hash=scorer.hash)


@transaction.atomic
def sweep() -> int:
    """Brings drives through the live scorer that went through another one, and through scorers that wait to be promoted; how many
    jobs were asked for."""
    last = Promotion.objects.first()
    waiting = Shadow.objects.filter(done_at__isnull=False, scorer__live=False)
    if last:
        waiting = waiting.filter(done_at__gt=last.at)
    scorers = [*Scorer.objects.filter(live=True), *Scorer.objects.filter(shadow__in=waiting)]
    return sum(bring_up(scorer) for scorer in scorers)


def bring_up(scorer: Scorer) -> bool:
    """What another backbone saw waits for `manage.py rescore`."""
    alike = scorers_alike(scorer).values("hash")
    if (
        not drives_to_bring(scorer).filter(scorer_hash__in=alike).exists()
        or job_of(scorer)
        or gave_up(scorer)
    ):
        return False
    with suppress(AlreadyAtWork):
        begin_shadow(scorer=scorer, asked_by=None)
    return True


def gave_up(scorer: Scorer) -> bool:
    """Whether the last job of this scorer failed or was cancelled after the last drive had come: a person has to look."""
    last = Job.objects.filter(kind=Kind.SHADOW, alone=alone_word(scorer)).order_by("-pk").first()
    if last is None or last.state not in (Job.State.FAILED, Job.State.CANCELLED) or last.ended_at is None:
        return False
    return not drives_to_bring(scorer).filter(finished_at__gt=last.ended_at).exists()
