from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import redis
from django.core.management.base import BaseCommand, CommandError

from server.maps.bundle.archive import NothingToExport
from server.maps.bundle.season import edition_or_refusal, write_bundle, write_map
from server.maps.tiles import cache
from server.maps.tiles.queries import UnknownSeason
from server.maps.tiles.seeding import Progress, seed

DEEPEST = 16
TOLD_EVERY = 100


class Command(BaseCommand):
    help = "Draws the map's tiles before anybody asks for them, forgets all that were drawn, or exports a season."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="seed | purge | export")
        draw = verbs.add_parser("seed", help="draw the tiles that show something and are not kept yet")
        draw.add_argument("--season", metavar="NAME", help="of this season (default: the current one)")
        draw.add_argument(
            "--deepest", type=int, default=DEEPEST, metavar="ZOOM", help="down to this zoom (16)"
        )
        take = verbs.add_parser("export", help="write a season for any static host")
        take.add_argument(
            "out",
            type=Path,
            metavar="OUT",
            help="city.pmtiles for the vector tiles alone; a folder for these, the heat map, tables, a page and the model card",
        )
        take.add_argument("--season", metavar="NAME", help="this season (default: the current one)")
        take.add_argument("--site", default="", metavar="URL", help="the living site, for links to it")
        verbs.add_parser("purge", help="forget every kept tile; they are drawn anew when asked for")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["verb"] == "purge":
                self.stdout.write(f"{cache.purge()} kept tiles forgotten")
            elif options["verb"] == "export":
                self.export(options["out"], options["season"], options["site"])
            else:
                self.seed(options["season"], options["deepest"])
        except redis.RedisError as error:
            raise CommandError(f"Valkey does not answer: {error}") from error

    def export(self, out: Path, season: str | None, site: str) -> None:
        try:
            shown = edition_or_refusal(season)
            if out.suffix == ".pmtiles":
                count = write_map(out, shown, self.stderr.write)
                self.stdout.write(f"{out}: {count} tiles of season {shown.season}")
            else:
                write_bundle(out, shown, self.stderr.write, site)
                self.stdout.write(f"{out}: season {shown.season}, to be put on any static host")
        except UnknownSeason as error:
            raise CommandError(f"There is no season {season}.") from error
        except (NothingToExport, OSError) as error:
            raise CommandError(str(error)) from error

    def seed(self, season: str | None, deepest: int) -> None:
        progress = Progress()
        try:
            for progress in seed(season, deepest):
                if progress.looked_at % TOLD_EVERY == 0:
                    self.stderr.write(f"{progress.looked_at} of {progress.total}, {progress.drawn} drawn")
        except UnknownSeason as error:
            raise CommandError(f"There is no season {season}.") from error
        self.stdout.write(f"{progress.total} tiles show something, {progress.drawn} of them were drawn now")
