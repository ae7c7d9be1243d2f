from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from server.core.identifiers import new_public_id
from server.houses.models.ground import Neighbourhood, Street
from server.houses.models.plane import on_plane


class HouseQuerySet(models.QuerySet["House"]):
    def visible(self) -> HouseQuerySet:
        """The houses that anyone may see: every public reading goes through here."""
        return self.filter(hidden=False, merged_into=None)


class House(models.Model):
    """One real place. `position` is the roadside point, the only place of it that is ever public; there is no house number."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    position = models.PointField(geography=True)
    facing_deg = models.FloatField(help_text=_("From the road to the house, clockwise from north."))
    street = models.ForeignKey(
        Street, null=True, blank=True, on_delete=models.SET_NULL, related_name="houses"
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood, null=True, blank=True, on_delete=models.SET_NULL, related_name="houses"
    )
    synthetic = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False, help_text=_("Taken off every public page, tile and list."))
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="merged",
        help_text=_("The house that it turned out to be. Its address leads there."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [GistIndex(on_plane("position"), name="house_on_plane")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def present(self) -> House:
        """The house that this one is today: itself, or what it was merged into, step by step."""
        house = self
        while house.merged_into is not None:
            house = house.merged_into
        return house
