"""What the map is drawn from: the houses that it shows, the heat grid, what was driven, and the base map's areas."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from server.drives.models import Drive
from server.frames.models import IN_UNIT, Scorer
from server.houses.models import House, Neighbourhood, Season, on_plane


class MapHouse(models.Model):
    """A house as the map shows it under one scorer in one season: what was published of it last.

    `x`, `y` are its cell, the Web Mercator tile of zoom 20 that it stands in; `across`, `down` its place in such cells from
    the world's north-west corner. Comparing this row with the house tells which cells and tiles have to change, also
    where the house has moved or is gone: so it outlives the house, until the map is published again.
    """

    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="+", db_index=False)
    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="+", db_index=False)
    house = models.ForeignKey(House, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    public_id = models.CharField(max_length=16)
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    x = models.PositiveIntegerField()
    y = models.PositiveIntegerField()
    across = models.FloatField()
    down = models.FloatField()
    festivity = models.FloatField(validators=IN_UNIT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scorer", "season", "house"], name="one_map_house_per_edition")
        ]
        indexes = [
            models.Index(fields=["scorer", "season", "x", "y"], name="map_houses_by_place"),
            models.Index(fields=["scorer", "season", "neighbourhood"], name="map_houses_by_neighbourhood"),
        ]


class DrivenCell(models.Model):
    """How many frames of a drive, scored by the scorer, were taken in a Web Mercator tile of zoom 18 (128 m wide at 33°).

    Finer than that nobody but the driver learns where the drive went. Like a MapHouse it outlives its drive until the map
    is published again.
    """

    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="+", db_index=False)
    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="+", db_index=False)
    drive = models.ForeignKey(Drive, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    x = models.PositiveIntegerField()
    y = models.PositiveIntegerField()
    frames = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scorer", "season", "drive", "x", "y"], name="one_driven_cell_per_drive"
            )
        ]
        indexes = [models.Index(fields=["scorer", "season", "x", "y"], name="driven_cells_by_place")]


class HeatCell(models.Model):
    """One cell of the heat map's pyramid: a Web Mercator tile of zoom `level`, 0 to 20.

    `festivity` is the mean over the houses of the cell, so that slow driving and crossings are not hot; `across` and `down`
    are their mean place, in cells of zoom 20 from the world's north-west corner; `best` is the public id of the most
    festive of them. All are null where there is no house: then `frames` tells that someone drove here and looked.
    Frames are counted down to zoom 18, below that a cell is there for its houses alone.
    """

    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="heat_cells", db_index=False)
    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="heat_cells", db_index=False)
    level = models.PositiveSmallIntegerField()
    x = models.PositiveIntegerField()
    y = models.PositiveIntegerField()
    houses = models.PositiveIntegerField()
    frames = models.PositiveIntegerField()
    festivity = models.FloatField(null=True, validators=IN_UNIT)
    across = models.FloatField(null=True)
    down = models.FloatField(null=True)
    best = models.CharField(max_length=16, null=True)
    best_festivity = models.FloatField(null=True, validators=IN_UNIT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scorer", "season", "level", "x", "y"], name="one_heat_cell_per_place"
            )
        ]


class MapNeighbourhood(models.Model):
    """A neighbourhood as the map shows it: how many houses it has, and the mean of their points (0 to 100)."""

    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="+", db_index=False)
    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="+", db_index=False)
    neighbourhood = models.ForeignKey(
        Neighbourhood, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    houses = models.PositiveIntegerField()
    points = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scorer", "season", "neighbourhood"], name="one_map_neighbourhood_per_edition"
            )
        ]


class TileStamp(models.Model):
    """When what a tile shows last changed: microseconds of the database's clock. A tile without a stamp shows nothing.

    Stamps are written in the transaction that changes the map, so that a cache that keeps tiles by their stamps needs no
    other word of what has changed.
    """

    class Layer(models.TextChoices):
        HEAT = "heat", _("heat")
        HOUSES = "houses", _("houses")
        NEIGHBOURHOODS = "neighbourhoods", _("neighbourhoods")

    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="+", db_index=False)
    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="+", db_index=False)
    layer = models.CharField(max_length=14, choices=Layer)
    z = models.PositiveSmallIntegerField()
    x = models.PositiveIntegerField()
    y = models.PositiveIntegerField()
    stamp = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scorer", "season", "layer", "z", "x", "y"], name="one_stamp_per_tile"
            )
        ]


class GroundStamp(models.Model):
    """A time at which streets, areas or neighbourhoods changed. The newest counts, for all tiles that show the ground."""

    taken_at = models.DateTimeField(auto_now_add=True)


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
