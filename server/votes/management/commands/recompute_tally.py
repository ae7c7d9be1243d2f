from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from server.votes.recount import NoTally, report


class Command(BaseCommand):
    help = (
        "Computes the places of a tally anew from that file alone, and fails where they do not agree."
        " Without the site's software: python -m server.votes.recount FILE."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, help="what export_tally wrote, or was downloaded from the site"
        )

    def handle(self, *arguments: Any, **options: Any) -> None:
        try:
            said, agrees = report(options["file"])
        except NoTally as error:
            raise CommandError(str(error), returncode=2) from error
        if not agrees:
            raise CommandError(said)
        self.stdout.write(said)
