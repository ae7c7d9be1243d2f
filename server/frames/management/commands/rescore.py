"""Scores every drive with the workers' present scorer, beside the live one, and then promotes it."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from server.drives import runs
from server.drives.models import Drive, Stage
from server.frames.models import Frame, Scorer
from server.frames.queries import newest_scorer, parts_of
from server.frames.services import promote

POLL_S = 1.0


class Command(BaseCommand):
    help = "Scores all drives with the scorer that the workers run now; promotes it when every drive is done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-needed", action="store_true", help="do nothing where the newest scorer is live"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        newest = newest_scorer()
        if newest is None:
            raise CommandError("No worker has registered a scorer yet. Start the workers first.")
        if newest.live and options["if_needed"]:
            return
        sent = sum(runs.score_again(drive, parts=parts_of(drive.pk)) for drive in Drive.objects.all())
        self.stderr.write(f"{sent} drives go through scorer {newest.hash}.")
        self.follow(newest)
        promote(newest)
        self.stdout.write(f"Scorer {newest.hash} is live.")

    def follow(self, scorer: Scorer) -> None:
        """Waits until no drive is on its way. Raises CommandError when one stands still: then nothing is promoted."""
        while underway := Drive.objects.in_progress():
            stopped = underway.exclude(failure="").first()
            if stopped:
                raise CommandError(f"The drive '{stopped}' stopped: {stopped.failure} Nothing was promoted.")
            left = Frame.objects.unscored(scorer).filter(drive__stage=Stage.SCORE).count()
            self.stderr.write(f"{underway.count()} drives on their way, {left} frames to score")
            time.sleep(POLL_S)
