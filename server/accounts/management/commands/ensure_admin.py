"""`manage.py ensure_admin`: the first account of a new site."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from server.accounts.services import ensure_admin

FIRST_ADDRESS = "admin@localhost"


class Command(BaseCommand):
    help = "Makes the first administrator and prints a one-time password, once. Silent where there is one already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--email", default=FIRST_ADDRESS, help=f"address to sign in with ({FIRST_ADDRESS})"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        password = ensure_admin(email=options["email"])
        if password:
            self.stdout.write(f"First account: {options['email']}  one-time password: {password}")
