"""Scores every drive with the workers' own scorer, or another one, beside the live one, and then promotes it.

With the live scorer's backbone that is a job in shadow on kept features; another backbone has to look at every frame again.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from server.drives import runs
from server.drives.models import Drive, Stage
from server.frames.models import Frame, Scorer
from server.frames.queries import live_scorer, newest_scorer, parts_of
from server.jobs.models import Job
from server.jobs.services import AlreadyAtWork
from server.scorers.services import CannotPromote, begin_shadow, promote

POLL_S = 1.0
RESCORE = "./festivity run python manage.py rescore"


class Command(BaseCommand):
    help = "Scores all drives with the scorer that the workers run now; promotes it when every drive is done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-needed",
            action="store_true",
            help="do nothing where a scorer of the workers' backbone is live",
        )
        parser.add_argument(
            "--scorer", metavar="HASH", help="another scorer than the one that the workers came up with"
        )
        parser.add_argument(
            "--features",
            action="store_true",
            help="also look again at frames of which no patch features are kept, for their inspect page and labels",
        )
        parser.add_argument("--check", action="store_true", help="only say whether it is needed")

    def handle(self, *args: Any, **options: Any) -> None:
        scorer = self.asked(options["scorer"])
        if options["check"]:
            self.check_only(scorer)
            return
        if scorer is None:
            raise CommandError("No worker has registered a scorer yet. Start the workers first.")
        if options["features"]:
            self.stdout.write(f"{self.send_bare(scorer)} drives are looked at again for their features.")
        elif options["if_needed"] and (live := live_scorer()) and of_one_backbone(scorer, live):
            return
        self.score(scorer, by_network=options["features"])
        if scorer.live:
            return
        try:
            promote(scorer=scorer)
        except CannotPromote as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Scorer {scorer.hash} is live.")

    def asked(self, scorer_hash: str | None) -> Scorer | None:
        if not scorer_hash:
            return newest_scorer()
        found = Scorer.objects.filter(hash=scorer_hash).first()
        if found is None:
            raise CommandError(f"There is no scorer {scorer_hash}; the page /scorers/ names all of them.")
        return found

    def score(self, scorer: Scorer, *, by_network: bool) -> None:
        """Brings every drive through the scorer. No house moves."""
        live = live_scorer()
        if by_network or (live and not of_one_backbone(scorer, live)):
            while self.send(scorer) or underway().exists():
                self.tell(scorer)
                time.sleep(POLL_S)
        for drive in stopped():
            self.stderr.write(f"The drive '{drive}' stands still and was left out: {drive.failure}")
        if not scorer.live:
            self.wait_for(job_for(scorer))

    def wait_for(self, job: Job) -> None:
        while job.is_open:
            time.sleep(POLL_S)
            job.refresh_from_db()
            told = f" {job.count_done} of {job.count_expected}" if job.count_expected else ""
            self.stderr.write(f"{job.stage or 'waiting for a worker'}{told}")
        if job.state != Job.State.DONE:
            raise CommandError(job.failure or "The job was cancelled.")

    def check_only(self, scorer: Scorer | None) -> None:
        live = live_scorer()
        if scorer and live and not of_one_backbone(scorer, live):
            self.stdout.write(
                f"The workers' scorer {scorer.hash} is not the live one: new drives wait for {RESCORE}."
            )

    def send(self, scorer: Scorer) -> int:
        """Sends every finished drive that has frames to score on its way again; how many."""
        unscored = Frame.objects.unscored(scorer).filter(drive__stage=Stage.DONE).values("drive")
        drives = Drive.objects.filter(pk__in=unscored)
        return sum(send_again(drive, scorer) for drive in drives)

    def send_bare(self, scorer: Scorer) -> int:
        """Sends every finished drive on its way that has frames without features of the scorer's backbone; how many."""
        bare = Frame.objects.featureless(scorer.card.get("backbone_sha256", "")).values("drive")
        drives = Drive.objects.filter(pk__in=bare, stage=Stage.DONE)
        return sum(send_again(drive, scorer) for drive in drives)

    def tell(self, scorer: Scorer) -> None:
        left = Frame.objects.unscored(scorer).filter(drive__stage=Stage.SCORE).count()
        self.stderr.write(f"{underway().count()} drives on their way, {left} frames to score")


def of_one_backbone(one: Scorer, other: Scorer) -> bool:
    return bool(one.card.get("backbone_sha256") == other.card.get("backbone_sha256"))


def job_for(scorer: Scorer) -> Job:
    """The job that scores in shadow, the one that is at it already or a new one."""
    try:
        return begin_shadow(scorer=scorer, asked_by=None)
    except AlreadyAtWork as at_work:
        if at_work.job is None:
            raise CommandError(str(at_work)) from at_work
        return at_work.job


def send_again(drive: Drive, scorer: Scorer) -> bool:
    return runs.score_again(drive, parts=parts_of(drive.pk), scorer_hash=scorer.hash)


def underway() -> QuerySet[Drive]:
    return Drive.objects.in_progress().filter(failure="")


def stopped() -> QuerySet[Drive]:
    return Drive.objects.in_progress().exclude(failure="")
