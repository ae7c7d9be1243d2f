from __future__ import annotations

from django.conf import settings
from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

SMALLEST_M, LARGEST_M = 100, 2_000


class HomeZone(models.Model):
    """A circle around a driver's home in which nothing is recorded. Its centre is moved at random before it gets here."""

    driver = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="home_zone"
    )
    centre = models.PointField(geography=True)
    radius_m = models.FloatField(
        _("radius in metres"),
        default=300,
        validators=[MinValueValidator(SMALLEST_M), MaxValueValidator(LARGEST_M)],
    )

    def __str__(self) -> str:
        return f"{self.radius_m:.0f} m"
