from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.core.identifiers import new_public_id
from server.houses.models.ground import AddressPoint, Neighbourhood, Street
from server.houses.models.plane import on_plane


class HouseQuerySet(models.QuerySet["House"]):
    def visible(self) -> HouseQuerySet:
        """The houses that anyone may see: every public reading goes through here."""
        return self.filter(hidden=False, merged_into=None)


class FrontBy(models.TextChoices):
    """What told where a front stands."""

    LINE = "line", _("by the usual line of houses")
    ADDRESS = "address", _("by an address point")
    FOOTPRINT = "footprint", _("by a building's footprint")
    MODEL = "model", _("by a depth model")
    RAYS = "rays", _("by the rays of several frames")


class House(models.Model):
    """One real place. `position` is the roadside point, the only place of it that is ever public; there is no house number.

    `front` and `spread_m` are private: they serve to find the house again. `unpublished`: its sightings have changed since its
    scores were computed last.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    position = models.PointField(geography=True)
    facing_deg = models.FloatField(help_text=_("From the road to the house, clockwise from north."))
    street = models.ForeignKey(
        Street, null=True, blank=True, on_delete=models.SET_NULL, related_name="houses"
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood, null=True, blank=True, on_delete=models.SET_NULL, related_name="houses"
    )
    address = models.ForeignKey(
        AddressPoint,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="houses",
        help_text=_("Private: the nearest address point."),
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
    front = models.PointField(geography=True, null=True, help_text=_("Private: where the front stands."))
    front_by = models.CharField(max_length=9, choices=FrontBy, blank=True, default="", db_default="")
    spread_m = models.FloatField(null=True, help_text=_("How uncertain the front's place is: one sigma."))
    placed_by_hand = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("A person said where it is: what drives see does not move it."),
    )
    unpublished = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            GistIndex(on_plane("position"), name="house_on_plane"),
            models.Index(fields=["id"], condition=Q(unpublished=True), name="unpublished_houses"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def present(self) -> House:
        """The house that this one is today: itself, or what it was merged into, step by step."""
        house = self
        while house.merged_into is not None:
            house = house.merged_into
        return house

    @property
    def former_ids(self) -> list[int]:
        """Ids of the houses that became this one, also by way of others."""
        found, latest = list[int](), [self.pk]
        while latest:
            latest = list(House.objects.filter(merged_into__in=latest).values_list("pk", flat=True))
            found += latest
        return found
