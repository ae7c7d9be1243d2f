from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.frames.models import IN_UNIT, Frame, Scorer
from server.houses.models.house import House
from server.houses.models.season import Season


class HouseScore(models.Model):
    """A house's festivity under one scorer in one season, with the frame that shows it best.

    `festivity` ranks; four times in five another evening says something between `low` and `high`. `fair_festivity` is what it
    would be, were the house seen square on from 14 m. `counted` frames it rests on, of `frames` that show the house.
    `novelty` in [0, 1]: how unlike the displays that are most like it; none where there are few lights, or few displays.
    """

    house = models.ForeignKey(House, on_delete=models.CASCADE, related_name="scores")
    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="house_scores")
    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="house_scores")
    festivity = models.FloatField(validators=IN_UNIT)
    fair_festivity = models.FloatField(null=True, validators=IN_UNIT)
    low = models.FloatField(null=True, validators=IN_UNIT)
    high = models.FloatField(null=True, validators=IN_UNIT)
    lit_front_m2 = models.FloatField(null=True, help_text=_("Lit front, in square metres."))
    distance_m = models.FloatField(null=True, help_text=_("From where it was seen."))
    frames = models.PositiveIntegerField()
    counted = models.PositiveSmallIntegerField(default=0, db_default=0)
    novelty = models.FloatField(null=True, validators=IN_UNIT)
    best_frame = models.ForeignKey(Frame, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["house", "scorer", "season"], name="one_score_per_house_and_season"
            )
        ]
        indexes = [
            models.Index(fields=["scorer", "season", "-festivity"]),
            models.Index(
                fields=["scorer", "season", "-novelty"],
                condition=models.Q(novelty__isnull=False),
                name="novel_houses_of_a_season",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.house} in {self.season}: {self.festivity:.3f}"
