"""Writes the drawn labels as pictures with masks, to train a head on: `python -m ml train --masked FOLDER …`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from server.labels.exchange.bundle import Wanted, coco_json, zipped
from server.labels.exporting import LISTING, export, labels_to_export

NONE = "There are no drawn labels to export. Draw some on the page of a frame first."
STREAMS = {".zip": zipped, ".json": coco_json}


class Command(BaseCommand):
    help = (
        "Writes each frame that has a drawn label as NAME.png with NAME.mask.png beside it, and labels.csv, into FOLDER. "
        "The newest label of a frame counts. No file says where a picture was taken. Into FOLDER.zip it writes the same as one "
        "file, into FOLDER.json the masks as COCO run lengths."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a new or an empty folder, or a new .zip or .json")
        kinds = parser.add_mutually_exclusive_group()
        kinds.add_argument("--synthetic", action="store_true", help="only frames of rendered drives")
        kinds.add_argument("--real", action="store_true", help="only frames of real drives")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        synthetic = True if options["synthetic"] else False if options["real"] else None
        if folder.suffix in STREAMS:
            self.write_one(folder, synthetic)
        else:
            self.write_folder(folder, synthetic)

    def write_folder(self, folder: Path, synthetic: bool | None) -> None:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandError(
                f"{folder} is not an empty folder; name a new one, so that no old mask stays among the new."
            )
        if not labels_to_export(synthetic).exists():
            raise CommandError(NONE)
        try:
            written = list(export(synthetic, folder))
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror}.") from error
        for one in written:
            if one.trouble:
                self.stderr.write(f"{one.label.frame.public_id} was left out: {one.trouble}")
        done = sum(not one.trouble for one in written)
        self.stdout.write(f"{done} pictures with masks and {LISTING} in {folder}.")
        self.stdout.write(f"Train on them: python -m ml train OUT --masked {folder} --name mine-head")

    def write_one(self, file: Path, synthetic: bool | None) -> None:
        if file.exists():
            raise CommandError(f"{file} is there already; name a new one.")
        if not labels_to_export(synthetic).exists():
            raise CommandError(NONE)
        try:
            with file.open("wb") as stream:
                stream.writelines(STREAMS[file.suffix](Wanted(synthetic, pictures=True)))
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{labels_to_export(synthetic).count()} masks in {file}.")
