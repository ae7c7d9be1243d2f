from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from server.houses.queries import season_named
from server.votes.tally import csv_lines, json_lines, tally_of

FORMATS = {".json": json_lines, ".csv": csv_lines}


class Command(BaseCommand):
    help = "Writes a season's votes without voters, with everything that each place follows from, as JSON or CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("season", help="a season's name, e.g. 2026")
        parser.add_argument("file", type=Path, help="ends in .json or .csv")

    def handle(self, *arguments: Any, **options: Any) -> None:
        file: Path = options["file"]
        lines = FORMATS.get(file.suffix)
        if lines is None:
            raise CommandError("The file has to end in .json or .csv.", returncode=2)
        season = season_named(options["season"])
        tally = tally_of(season) if season else None
        if tally is None:
            raise CommandError(f"There is no season {options['season']!r} with scores.", returncode=2)
        try:
            with file.open("w", encoding="utf-8") as stream:
                stream.writelines(lines(tally))
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.", returncode=2) from error
        self.stdout.write(f"{len(tally.rows)} places in {len(tally.categories)} categories: {file}")
