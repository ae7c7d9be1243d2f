"""What becomes of scorers beside the live one: how far they are in shadow, what would change, who promoted which."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from server.drives.models import Drive
from server.frames.models import Scorer


class Shadow(models.Model):
    """A scorer that scores beside the live one. `done_at`: when it had been through all drives of then, and was compared.

    `mapped_up_to`: the last frame (id) whose kept features were looked at. `looked` frames or crops needed the network;
    `unreadable` frames (ids) have neither features nor a picture that can be read, and leave the map with a promotion.
    `comparison`: what a promotion would change, as the page shows it (`server/scorers/comparing.py`).
    """

    scorer = models.OneToOneField(Scorer, on_delete=models.CASCADE, related_name="shadow")
    began_at = models.DateTimeField(auto_now_add=True)
    mapped_up_to = models.BigIntegerField(default=0)
    looked = models.PositiveIntegerField(default=0)
    unreadable = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True)
    comparison = models.JSONField(default=dict)
    compared_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.scorer} in shadow"


class BroughtDrive(models.Model):
    """A drive that was brought through a scorer beside its own way, with all that it was at `at`."""

    scorer = models.ForeignKey(Scorer, on_delete=models.CASCADE, related_name="brought_drives")
    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scorer", "drive"], name="a_drive_is_brought_once_per_scorer")
        ]

    def __str__(self) -> str:
        return f"{self.drive} under {self.scorer_id}"


class Promotion(models.Model):
    """A scorer went live in the place of `before`."""

    class Kind(models.TextChoices):
        PROMOTE = "promote", _("promoted")
        ROLL_BACK = "roll_back", _("rolled back to")

    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="promotions")
    before = models.ForeignKey(Scorer, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.PROMOTE)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.scorer}"
