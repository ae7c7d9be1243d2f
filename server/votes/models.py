from __future__ import annotations

from django.conf import settings
from django.db import models

from server.houses.models import House, Season


class Vote(models.Model):
    """One voter's voice for one house in one season."""

    voter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="votes")
    house = models.ForeignKey(House, on_delete=models.CASCADE, related_name="votes")
    cast_for = models.ForeignKey(
        House,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The house it was cast for, where that was merged into this one since.",
    )
    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="votes")
    cast_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["voter", "house", "season"], name="one_vote_per_voter_house_season"
            )
        ]

    def __str__(self) -> str:
        return f"{self.voter} → {self.house} ({self.season})"
