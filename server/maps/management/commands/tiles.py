from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

import redis
from django.core.management.base import BaseCommand, CommandError

from server.maps.tiles import cache
from server.maps.tiles.queries import UnknownSeason
from server.maps.tiles.seeding import Progress, seed

DEEPEST = 16
TOLD_EVERY = 100


class Command(BaseCommand):
    help = "Draws the map's tiles before anybody asks for them, or forgets all that were drawn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="seed | purge")
        draw = verbs.add_parser("seed", help="draw the tiles that show something and are not kept yet")
        draw.add_argument("--season", metavar="NAME", help="of this season (default: the current one)")
        draw.add_argument(
            "--deepest", type=int, default=DEEPEST, metavar="ZOOM", help="down to this zoom (16)"
        )
        verbs.add_parser("purge", help="forget every kept tile; they are drawn anew when asked for")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["verb"] == "purge":
                self.stdout.write(f"{cache.purge()} kept tiles forgotten")
            else:
                self.seed(options["season"], options["deepest"])
        except redis.RedisError as error:
            raise CommandError(f"Valkey does not answer: {error}") from error

    def seed(self, season: str | None, deepest: int) -> None:
        progress = Progress()
        try:
            for progress in seed(season, deepest):
                if progress.looked_at % TOLD_EVERY == 0:
                    self.stderr.write(f"{progress.looked_at} of {progress.total}, {progress.drawn} drawn")
        except UnknownSeason as error:
            raise CommandError(f"There is no season {season}.") from error
        self.stdout.write(f"{progress.total} tiles show something, {progress.drawn} of them were drawn now")
