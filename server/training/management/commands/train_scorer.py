"""Trains a scorer from the labels that count now, by the same job as the button, and prints how far it is."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from server.jobs import services as jobs
from server.jobs.models import Job, JobLine
from server.training.models import Lesson
from server.training.queries import open_training
from server.training.services import CannotTrain, ask_for_lesson

POLL_S = 0.5


class Command(BaseCommand):
    help = "Trains a scorer from the labels of this site and waits for it. The workers must run. It is not promoted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--from-nothing", action="store_true", help="forget the live head; for many labels")
        what.add_argument("--cancel", action="store_true", help="cancel the training that is at work")
        parser.add_argument("--no-wait", action="store_true", help="ask for it, and do not wait for its end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["cancel"]:
            self.cancel()
            return
        start = Lesson.Start.NOTHING if options["from_nothing"] else Lesson.Start.LIVE
        try:
            job = ask_for_lesson(start=start)
        except (CannotTrain, jobs.AlreadyAtWork) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{job.title}: {job.get_absolute_url()}")
        if not options["no_wait"]:
            self.wait(job)

    def cancel(self) -> None:
        job = open_training()
        if job is None or not jobs.cancel(job):
            raise CommandError("No training is at work.")
        self.stdout.write("It is being cancelled.")

    def wait(self, job: Job) -> None:
        """Until the job has ended; interrupting this leaves it at work."""
        said, last_line = "", 0
        while job.is_open:
            time.sleep(POLL_S)
            job.refresh_from_db()
            last_line = self.print_lines(job, last_line)
            stage = progress_of(job)
            if stage and stage != said:
                self.stderr.write(stage)
                said = stage
        self.print_lines(job, last_line)
        self.tell_the_end(job)

    def print_lines(self, job: Job, last_line: int) -> int:
        for line in JobLine.objects.filter(job=job, pk__gt=last_line):
            self.stdout.write(line.text)
            last_line = line.pk
        return last_line

    def tell_the_end(self, job: Job) -> None:
        if job.state == Job.State.CANCELLED:
            raise CommandError("It was cancelled. Nothing of it counts.")
        if job.state == Job.State.FAILED:
            raise CommandError(job.failure)
        lesson = Lesson.objects.get(job=job)
        precision = lesson.report["left_out"]["average_precision"]
        self.stdout.write(
            f"Scorer {job.outcome['scorer']}: average precision {precision} on groups left out; {job.outcome['page']}"
        )


def progress_of(job: Job) -> str:
    if not job.stage or job.count_expected is None:
        return job.stage
    return f"{job.stage}: {job.count_done} of {job.count_expected}"
