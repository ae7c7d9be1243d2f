from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from server.drives.models import Drive, Stage
from server.houses.places.roads import note_streets
from server.houses.services import settle_addresses, settle_houses


class Command(BaseCommand):
    help = (
        "Makes streets of where finished drives went beside all that were imported. New drives do so by themselves; "
        "this is for those that were there before."
    )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        made = sum(note_streets(drive) for drive in Drive.objects.filter(stage=Stage.DONE).order_by("pk"))
        moved = settle_houses()
        settle_addresses()
        self.stdout.write(
            f"streets: {made} new from tracks; houses: {moved} now have another street or neighbourhood"
        )
