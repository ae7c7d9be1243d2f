from __future__ import annotations

from django.contrib.gis.db import models

from server.drives.models import Side
from server.frames.models import Region
from server.houses.models.house import House


class Departure(models.Model):
    """A region showed a house from `position`, until its camera was turned or its clock set anew. If that is taken back, the
    house has it again, under its own id."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="departures")
    house = models.ForeignKey(House, on_delete=models.CASCADE, related_name="departures")
    side = models.CharField(max_length=6, choices=Side)
    position = models.PointField(geography=True, spatial_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "house"], name="one_departure_per_region_and_house")
        ]

    def __str__(self) -> str:
        return f"{self.region} left {self.house}"
