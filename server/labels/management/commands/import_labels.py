"""Takes masks from a folder, a zip or a COCO JSON as labels."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from server.accounts.models import User
from server.labels.exchange.bringing import Checked, checked, take, tally
from server.labels.exchange.found import Folder, Found, found_in_bundle, found_in_file
from server.labels.exchange.refused import Refused

TOLD_EVERY = 500


class Command(BaseCommand):
    help = (
        "Takes each NAME.mask.png of a folder or zip (opaque where festive, as export_labels and GIMP write it), or the "
        "festive run lengths of a COCO JSON, as the newest label of its frame. Frames are found by labels.csv, by the JSON's "
        "`frame`, or by the name of the file. What cannot be taken is listed with its reason."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", type=Path, help="a folder, a zip, or a COCO JSON")
        parser.add_argument(
            "--author", required=True, help="the e-mail address of the account whose labels they are"
        )
        parser.add_argument(
            "--all-or-none", action="store_true", help="take none where one of them cannot be taken"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        author = User.objects.filter(email=options["author"].lower()).first()
        if author is None:
            raise CommandError(f"There is no account with the address {options['author']}.")
        masks = self.read(options["source"])
        skipped = [one for one in masks if one.trouble]
        for one in skipped:
            self.stderr.write(f"{one.name} was skipped: {one.trouble}")
        if skipped and options["all_or_none"]:
            raise CommandError(f"{len(skipped)} of {len(masks)} masks cannot be taken, so none was.")
        take(masks, author)
        self.stdout.write(tally(masks).sentence())

    def read(self, source: Path) -> list[Checked]:
        try:
            if source.is_dir():
                return self.told(found_in_bundle(Folder(source)))
            with source.open("rb") as stream:
                return self.told(found_in_file(stream))
        except Refused as refusal:
            raise CommandError(f"{source}: {refusal}") from refusal
        except OSError as error:
            raise CommandError(f"{source} cannot be read: {error.strerror}.") from error

    def told(self, found: list[Found]) -> list[Checked]:
        masks = []
        for one in checked(found):
            masks.append(one)
            if len(masks) % TOLD_EVERY == 0:
                self.stdout.write(f"{len(masks)} of {len(found)} masks read")
        return masks
