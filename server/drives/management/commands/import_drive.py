"""Takes a folder of photos, videos and tracks in as a drive, through the same services as the site."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from server.accounts.models import User
from server.drives.models import Drive, Side, Stage, StageRun
from server.drives.queries import StageProgress, file_counts, frame_counts, progress_of
from server.drives.services import CannotSubmit, create_drive, receive_footage, submit_drive

POLL_S = 0.5
PATIENCE_S = 60.0


class Command(BaseCommand):
    help = "Imports a folder (or zip) of photos, videos and tracks as one drive. With --wait it follows the drive to its end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--title", default="")
        parser.add_argument("--driver", default="", help="e-mail address of the driver's account")
        parser.add_argument(
            "--side", choices=Side.values, default="", help="for files whose name does not tell"
        )
        parser.add_argument(
            "--synthetic", action="store_true", help="drawn by a program, and said so everywhere"
        )
        parser.add_argument("--wait", action="store_true", help="follow the stages until the drive is done")
        parser.add_argument("--json", action="store_true", help="end in one line of JSON; implies --wait")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        drive = self.take_in(**options)
        if not (options["wait"] or options["json"]):
            self.stdout.write(f"{drive.public_id}: on its way")
            return
        self.follow(drive)
        found = summary(drive, round(time.monotonic() - started, 1))
        self.stdout.write(json.dumps(found) if options["json"] else sentence(found))

    def take_in(self, **options: Any) -> Drive:
        paths = list(files_in(options["folder"]))
        if not paths:
            raise CommandError(f"There are no files in {options['folder']}.")
        title = options["title"] or options["folder"].resolve().name
        drive = create_drive(
            driver=driver_named(options["driver"]), title=title, synthetic=options["synthetic"]
        )
        for number, path in enumerate(paths, start=1):
            self.progress(f"take in     {number}/{len(paths)} files", last=number == len(paths))
            with path.open("rb") as stream:
                name = str(path.relative_to(options["folder"])) if path != options["folder"] else path.name
                receive_footage(drive=drive, name=name, file=File(stream), side_hint=options["side"])
        try:
            submit_drive(drive=drive)
        except CannotSubmit as refusal:
            raise CommandError(str(refusal)) from refusal
        return drive

    def follow(self, drive: Drive) -> None:
        """Prints each stage as it goes; raises CommandError when the drive stands still."""
        seen, changed_at, told = "", time.monotonic(), 0
        while True:
            drive.refresh_from_db()
            stages = progress_of(drive)
            ended = sum(stage.state == "done" for stage in stages)
            for stage in stages[told:ended]:
                self.progress(line(stage), last=True)
            told = max(told, ended)
            if drive.failure:
                raise CommandError(f"The drive stopped at '{drive.stage}': {drive.failure}")
            if drive.stage == Stage.DONE:
                return
            now = line(stages[told])
            self.progress(now)
            changed_at = changed_at if now == seen and not held(drive) else time.monotonic()
            if time.monotonic() - changed_at > PATIENCE_S:
                raise CommandError(f"Nothing has moved for {PATIENCE_S:.0f} s. Are the workers running?")
            seen = now
            time.sleep(POLL_S)

    def progress(self, text: str, *, last: bool = False) -> None:
        """One line that is written over on a terminal; elsewhere only its last state is printed."""
        if self.stderr.isatty():
            self.stderr.write(f"\r\x1b[2K{text}", ending="\n" if last else "")
        elif last:
            self.stderr.write(text)


def held(drive: Drive) -> bool:
    """Whether a worker is at it: a long video takes minutes before a count changes."""
    return drive.stage_runs.filter(state=StageRun.State.RUNNING, lease_expires_at__gt=timezone.now()).exists()


def files_in(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
        return
    if not folder.is_dir():
        raise CommandError(f"There is no folder {folder}.")
    yield from (
        path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(".")
    )


def driver_named(email: str) -> User:
    """The account with that address; without one the oldest administrator, or an account that nobody can sign in to."""
    if email:
        try:
            return User.objects.get(email=email.lower())
        except User.DoesNotExist as missing:
            raise CommandError(f"There is no account {email}.") from missing
    first = User.objects.filter(is_superuser=True).order_by("pk").first()
    return first or User.objects.get_or_create(email="imports@localhost", defaults={"is_active": False})[0]


def line(progress: StageProgress) -> str:
    expected = "" if progress.expected is None else f"/{progress.expected}"
    rejected = f", {progress.count_rejected} rejected" if progress.count_rejected else ""
    left = f", about {progress.seconds_left:.0f} s left" if progress.seconds_left else ""
    return f"{progress.stage:<11} {progress.count_in}{expected} in, {progress.count_out} out{rejected}{left}"


def summary(drive: Drive, seconds: float) -> dict[str, Any]:
    """Counted in the database: `frames` + `rejected` = the files that came in, archives apart."""
    frames = frame_counts(drive)
    return {
        "drive": drive.public_id,
        "frames": frames.frames - frames.set_aside,
        "scored": frames.scored,
        "rejected": file_counts(drive).rejected,
        "houses": frames.houses,
        "seconds": seconds,
    }


def sentence(found: dict[str, Any]) -> str:
    return "{frames} frames, {scored} scored, {rejected} rejected, {houses} houses in {seconds} s".format(
        **found
    )
