"""What an operator imports: the parts and the streets of a place."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from server.houses.models.plane import on_plane


class Neighbourhood(models.Model):
    """A named part of a place. Two cities may each have one of the same name; the slug tells them apart."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    boundary = models.MultiPolygonField(geography=True)
    credit = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        indexes = [GistIndex(on_plane("boundary"), name="neighbourhood_on_plane")]

    def __str__(self) -> str:
        return self.name


class Street(models.Model):
    """A piece of a street, imported or (`kind` DRIVEN) from a drive's track."""

    DRIVEN = "driven"

    name = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    line = models.LineStringField(geography=True)
    credit = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [GistIndex(on_plane("line"), name="street_on_plane")]

    def __str__(self) -> str:
        return self.name or str(_("unnamed street"))


class AddressPoint(models.Model):
    """A place that has an address, from open data. The address itself is not kept. Private: it serves to place what is seen, and
    to tell which share of a place is decorated."""

    position = models.PointField(geography=True)
    credit = models.CharField(max_length=200, blank=True)
    street = models.ForeignKey(Street, null=True, on_delete=models.SET_NULL, related_name="addresses")
    neighbourhood = models.ForeignKey(
        Neighbourhood, null=True, on_delete=models.SET_NULL, related_name="addresses"
    )

    def __str__(self) -> str:
        return str(self.pk)


class Building(models.Model):
    """The footprint of a building, from open data. Private: it serves to place what is seen."""

    outline = models.MultiPolygonField(geography=True)
    credit = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [GistIndex(on_plane("outline"), name="building_on_plane")]

    def __str__(self) -> str:
        return str(self.pk)
