from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.frames.models import IN_UNIT, Frame, Scorer
from server.houses.models.ground import Neighbourhood
from server.houses.models.house import House
from server.houses.models.season import Season


def ranking(name: str, *columns: str, include: Sequence[str] = (), given: Q | None = None) -> models.Index:
    """An index that holds the listed houses of a season in the order of a list."""
    condition = Q(listed=True) & given if given else Q(listed=True)
    return models.Index(
        fields=["scorer", "season", *columns], include=include or None, condition=condition, name=name
    )


class HouseScore(models.Model):
    """A house's festivity under one scorer in one season, with the frame that shows it best.

    Four times in five another evening says something between `low` and `high`. `fair_festivity` is what it
    would be, were the house seen square on from 14 m. `counted` frames it rests on, of `frames` that show the house.
    `novelty` in [0, 1]: how unlike the displays that are most like it; none where there are few lights, or few displays.

    `standing` ranks: the points, drawn towards 100 by `votes`, the counted ones of the category that goes with points. The
    database's triggers (`sql/standing_triggers.sql`) write it, and keep `neighbourhood` and `listed` (whether anyone may see the
    house) as they are in the house's row, whoever writes there: an index holds each list in its order.
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
    votes = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    standing = models.FloatField(default=0, db_default=0, editable=False)
    neighbourhood = models.ForeignKey(
        Neighbourhood, null=True, on_delete=models.SET_NULL, related_name="+", editable=False, db_index=False
    )
    listed = models.BooleanField(default=True, db_default=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["house", "scorer", "season"], name="one_score_per_house_and_season"
            )
        ]
        indexes = [
            models.Index(fields=["scorer", "season", "-festivity"]),
            ranking("standing_of_a_season", "-standing", "house", include=["festivity"]),
            ranking(
                "standing_in_a_neighbourhood", "neighbourhood", "-standing", "house", include=["festivity"]
            ),
            ranking("votes_of_a_season", "-votes", "-standing", "house"),
            ranking("novel_houses_of_a_season", "-novelty", "house", given=Q(novelty__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.house} in {self.season}: {self.festivity:.3f}"
