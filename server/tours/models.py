"""A tour that somebody shared: houses in an order. Nothing of who shared it, nor of where they start."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.core.identifiers import new_public_id
from server.houses.models import House
from server.tours.asked import MOST_STOPS
from server.tours.travel import By


class SharedTour(models.Model):
    """`stops` are public ids of houses in their order, which begins at `first`. `turned`: another one than was asked for, since
    many tours of its evening began at the same house."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    stops = ArrayField(models.CharField(max_length=16), size=MOST_STOPS)
    first = models.ForeignKey(House, on_delete=models.CASCADE, related_name="+")
    by = models.CharField(max_length=4, choices=By, default=By.CAR)
    back = models.BooleanField(default=False)
    turned = models.BooleanField(default=False)
    evening = models.DateField(help_text=_("The date at the place on which it was shared."))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("shared tour")
        verbose_name_plural = _("shared tours")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(stops__len__gt=0), name="a_shared_tour_has_a_stop")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["evening", "first"])]

    def __str__(self) -> str:
        return self.public_id

    @property
    def travel(self) -> By:
        return By(self.by)
