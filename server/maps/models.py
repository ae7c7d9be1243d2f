"""What the map is drawn from: the heat grid and the base map's areas."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from server.frames.models import IN_UNIT, Scorer
from server.houses.models import Season, on_plane

CELL_ZOOM = 20


class HeatCell(models.Model):
    """One cell of the heat map: a Web Mercator tile of zoom 20 (38 m wide at the equator, 19 m at 60°).

    `festivity` is the mean over the houses of the cell, so that slow driving and crossings are not hot. `centre_x` and
    `centre_y` are the mean place of those houses, in cells from the world's north-west corner.
    """

    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="heat_cells")
    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="heat_cells")
    x = models.PositiveIntegerField()
    y = models.PositiveIntegerField()
    centre_x = models.FloatField()
    centre_y = models.FloatField()
    houses = models.PositiveIntegerField()
    festivity = models.FloatField(validators=IN_UNIT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scorer", "season", "x", "y"], name="one_heat_cell_per_place")
        ]


class BaseArea(models.Model):
    """Ground of the offline base map: buildings, water, parks."""

    class Kind(models.TextChoices):
        BUILDING = "building", _("building")
        WATER = "water", _("water")
        PARK = "park", _("park")

    kind = models.CharField(max_length=8, choices=Kind)
    area = models.MultiPolygonField(geography=True)
    credit = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind"]), GistIndex(on_plane("area"), name="area_on_plane")]
