from __future__ import annotations

from django.db import models

from server.drives.models import Drive
from server.houses.models.ground import AddressPoint
from server.houses.models.season import Season


class AddressPassing(models.Model):
    """A drive came past an address in a season, lit or not: a share of decorated houses is a share of these."""

    address = models.ForeignKey(AddressPoint, on_delete=models.CASCADE, related_name="passings")
    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="+")
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "address", "drive"], name="one_row_per_season_address_and_drive"
            )
        ]

    def __str__(self) -> str:
        return f"{self.address} · {self.drive} ({self.season})"
