from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.frames.models import Scorer
from server.houses.models.house import House
from server.houses.models.season import Season


class HouseLook(models.Model):
    """How a house's display looks to one scorer in one season, kept so that the next one can be compared with it.

    `vector`: the mean of the unit vectors of its largest regions, weighted by their shares. `reach`: its likeness to the last
    of its nearest displays; whatever comes nearer than that changes its novelty.
    """

    house = models.ForeignKey(House, on_delete=models.CASCADE, related_name="looks")
    scorer = models.ForeignKey(Scorer, on_delete=models.CASCADE, related_name="+")
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="+")
    vector = models.BinaryField(help_text=_("float16"))
    reach = models.FloatField(default=-1.0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scorer", "season", "house"], name="one_look_per_house_and_season"
            )
        ]

    def __str__(self) -> str:
        return f"{self.house} in {self.season}"


class TypicalLook(models.Model):
    """What all displays of a season have in common to a scorer: the mean of the looks when there were `houses` of them."""

    scorer = models.ForeignKey(Scorer, on_delete=models.CASCADE, related_name="+")
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="+")
    vector = models.BinaryField(help_text=_("float16"))
    houses = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scorer", "season"], name="one_typical_look_per_season")
        ]

    def __str__(self) -> str:
        return f"{self.houses} houses in {self.season}"
