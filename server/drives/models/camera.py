from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.drives.models.drive import Drive


class Side(models.TextChoices):
    LEFT = "left", _("left")
    RIGHT = "right", _("right")
    FRONT = "front", _("front")
    AROUND = "around", _("all around")


class SideBy(models.TextChoices):
    """What told the side that a camera faced."""

    UNKNOWN = "", _("nothing yet")
    NAME = "name", _("the names of its files")
    FORM = "form", _("the form")
    DIRECTION = "direction", _("the compass in its files")
    FLOW = "flow", _("the way its pictures move")
    KIND = "kind", _("its pictures: they show all around")
    OTHER = "other", _("the other camera's side")
    PERSON = "person", _("a person")


class ClockBy(models.TextChoices):
    """What told how far a camera's clock was off."""

    TRUSTED = "", _("its own word")
    GPS = "gps", _("GPS time in its files")
    ZONE = "zone", _("the time zone of the place")
    MOTION = "motion", _("stops and turns")
    BRIGHTNESS = "brightness", _("houses that are known")
    CAMERAS = "cameras", _("another camera of the drive")
    TRACK = "track", _("nothing: its pictures are laid into the middle of the track")
    PERSON = "person", _("a person")


class Camera(models.Model):
    """One camera of a drive. `mount_angle_deg` is clockwise from the driving direction: left -90, right 90, front 0.

    `key` tells the drive's cameras apart and never changes; the side can. A side of "" is not known yet.
    """

    MOUNT_ANGLE_DEG: ClassVar[dict[str, float]] = {
        Side.LEFT: -90,
        Side.RIGHT: 90,
        Side.FRONT: 0,
        Side.AROUND: 0,
    }

    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="cameras")
    key = models.CharField(max_length=120)
    name = models.CharField(max_length=120, blank=True, help_text=_("As its driver knows it."))
    side = models.CharField(max_length=6, choices=Side, blank=True)
    side_by = models.CharField(max_length=9, choices=SideBy, blank=True)
    side_confidence = models.FloatField(null=True, help_text=_("0 to 1; none where a name or a person told."))
    mount_angle_deg = models.FloatField(default=0)
    field_of_view_deg = models.FloatField(default=67)
    clock_offset_ms = models.BigIntegerField(
        default=0, help_text=_("Added to the camera's clock to give the true time.")
    )
    clock_by = models.CharField(max_length=10, choices=ClockBy, blank=True)
    clock_confidence = models.FloatField(null=True, help_text=_("0 to 1; none where nothing was estimated."))
    clock_confirmed_at = models.DateTimeField(null=True, blank=True)
    clock_candidates = models.JSONField(
        default=list,
        blank=True,
        help_text=_("Offsets that the evidence speaks for: offset_ms and confidence, the likeliest first."),
    )

    class Meta:
        ordering = ["drive", "key"]
        constraints = [
            models.UniqueConstraint(fields=["drive", "key"], name="one_camera_per_key"),
            models.CheckConstraint(
                condition=Q(field_of_view_deg__gt=0, field_of_view_deg__lte=360),
                name="field_of_view_within_a_circle",
            ),
            models.CheckConstraint(
                condition=Q(clock_confidence=None) | Q(clock_confidence__gte=0, clock_confidence__lte=1),
                name="clock_confidence_in_unit",
            ),
            models.CheckConstraint(
                condition=Q(side_confidence=None) | Q(side_confidence__gte=0, side_confidence__lte=1),
                name="side_confidence_in_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drive} · {self.name or self.get_side_display() or self.key}"
