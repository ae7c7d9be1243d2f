from __future__ import annotations

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from server.drives.models.drive import Drive
from server.drives.models.footage import Footage


class Fault(models.TextChoices):
    """What is wrong with a fix. A fix with a fault is kept and shown, and nothing is placed by it."""

    NONE = "", _("good")
    NULL_ISLAND = "null_island", _("at 0, 0: the receiver had no fix yet")
    BAD_FIX = "bad_fix", _("the receiver itself doubts it")
    JUMP = "jump", _("faster than 400 km/h from the one before")
    ZIGZAG = "zigzag", _("back and forth, as no car drives")
    FUTURE = "future", _("later than now")
    OUTSIDE = "outside", _("far from when the pictures were taken")
    NEAR_HOME = "near_home", _("near the driver's home")


class TrackPointQuerySet(models.QuerySet["TrackPoint"]):
    def good(self) -> TrackPointQuerySet:
        return self.filter(fault=Fault.NONE)


class TrackPoint(models.Model):
    """One GPS fix of a drive. Tracks are private: only the driver and staff read them.

    `ordinal` counts the fixes of one file: 0 for a photo's own. A photo's fix moves with its camera's clock, that of a
    video or a track file has the receiver's own time.
    """

    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="track_points")
    footage = models.ForeignKey(
        Footage, null=True, blank=True, on_delete=models.CASCADE, related_name="track_points"
    )
    ordinal = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    position = models.PointField(geography=True)
    speed_m_s = models.FloatField(null=True, help_text=_("As the receiver measured it."))
    accuracy_m = models.FloatField(null=True, help_text=_("As the receiver estimates it: one sigma."))
    fault = models.CharField(max_length=11, choices=Fault, blank=True)

    objects = TrackPointQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["drive", "at"])]
        constraints = [
            models.UniqueConstraint(fields=["footage", "ordinal"], name="one_fix_per_ordinal_of_a_file")
        ]
