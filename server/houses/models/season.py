from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Season(models.Model):
    """The nights that belong together on one map, e.g. "2026". Dates are the place's own."""

    name = models.CharField(max_length=40, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="season_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return self.name
