"""What a person said of which house is which. Later runs and other scorers keep to it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from server.frames.models import Frame
from server.houses.models.house import House


class DecisionQuerySet(models.QuerySet["Decision"]):
    def standing(self) -> DecisionQuerySet:
        return self.filter(undone_at=None)


class Decision(models.Model):
    """A person's word on two houses, kept for ever; taken back, it stays as a row that says so.

    `same`: `other` is `house`, and all that it had went over. `apart`: the two are never one house. `split`: `other` was made
    of sightings of `house`.
    """

    class Kind(models.TextChoices):
        SAME = "same", _("the same house")
        APART = "apart", _("two houses")
        SPLIT = "split", _("parted in two")

    kind = models.CharField(max_length=5, choices=Kind)
    house = models.ForeignKey(House, on_delete=models.CASCADE, related_name="decisions")
    other = models.ForeignKey(House, on_delete=models.CASCADE, related_name="decisions_as_other")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="house_decisions"
    )
    at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(house=F("other")), name="a_decision_is_about_two_houses"),
            models.UniqueConstraint(
                fields=["house", "other", "kind"],
                condition=Q(undone_at=None),
                name="one_standing_decision_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.house} {self.kind} {self.other}"


class Pin(models.Model):
    """A spot of a frame, and the house that a person said it shows: whatever region any scorer finds there is that house's.

    `box`: x0, y0, x1, y1 in [0, 1]. `before`: the house it was taken for, and is again once the decision is taken back.
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="pins")
    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="pins")
    box = ArrayField(models.FloatField(), size=4)
    house = models.ForeignKey(House, on_delete=models.CASCADE, related_name="pins")
    before = models.ForeignKey(House, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.frame}: {self.house}"
