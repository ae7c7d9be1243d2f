from __future__ import annotations

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.frames.models import IN_UNIT, Scorer
from server.houses.models.house import House


class HouseEvening(models.Model):
    """What one evening's drives saw of a house: its festivity then, 0 where they came past and saw no light of it.

    It tells when a house was first lit, went dark, grew brighter or dimmer. Nothing of who drove, or when within the evening.
    """

    house = models.ForeignKey(House, on_delete=models.CASCADE, related_name="evenings")
    scorer = models.ForeignKey(Scorer, on_delete=models.CASCADE, related_name="+")
    on = models.DateField(help_text=_("Hours before noon belong to the evening before."))
    festivity = models.FloatField(validators=IN_UNIT)
    frames = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scorer", "house", "on"], name="one_row_per_house_and_evening")
        ]
        indexes = [
            models.Index(
                fields=["scorer", "on", "house"],
                condition=Q(festivity__gt=0),
                name="houses_lit_on_an_evening",
            )
        ]

    def __str__(self) -> str:
        return f"{self.house} on {self.on}: {self.festivity:.3f}"
