from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from server.core.catalogues import catalogue_paths, compile_stale, untranslated, update


class Command(BaseCommand):
    help = "Brings the catalogues of translations in line with the templates and Python files; needs no gettext tools."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail where texts are missing"
        )

    def handle(self, *arguments: Any, **options: Any) -> None:
        missing = 0
        for catalogue in catalogue_paths(settings.LOCALE_PATHS[0]):
            if not options["check"]:
                update(catalogue, settings.ROOT)
            for text in untranslated(catalogue, settings.ROOT):
                missing += 1
                self.stdout.write(f"{catalogue.relative_to(settings.ROOT)}: {text.single!r}")
        compile_stale(settings.LOCALE_PATHS[0])
        if missing:
            raise CommandError(f"{missing} texts are not translated.")
