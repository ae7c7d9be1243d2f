from __future__ import annotations

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.core.identifiers import new_public_id
from server.drives.models.camera import Camera, Side
from server.drives.models.drive import Drive
from server.drives.models.reason import Reason


class ClockSource(models.TextChoices):
    """How a file tells its time, the surest first."""

    GPS = "gps", _("GPS time")
    OFFSET = "offset", _("a clock and its offset from UTC")
    ZONE = "zone", _("a clock in the time zone of the place")
    UTC = "utc", _("a clock that claims to be UTC")
    NAME = "name", _("the file's name")
    MODIFIED = "modified", _("when the file was last changed")
    NONE = "", _("not at all")


class FootageQuerySet(models.QuerySet["Footage"]):
    def unprobed(self) -> FootageQuerySet:
        return self.filter(state=Footage.State.RECEIVED)

    def photos(self) -> FootageQuerySet:
        return self.filter(kind=Footage.Kind.PHOTO)

    def videos(self) -> FootageQuerySet:
        return self.filter(kind=Footage.Kind.VIDEO)

    def rejected(self) -> FootageQuerySet:
        return self.filter(state=Footage.State.REJECTED)


class Footage(models.Model):
    """One uploaded file. An archive's members are footage of their own, with the archive as `parent`."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photo")
        VIDEO = "video", _("video")
        TRACK = "track", _("track")
        ARCHIVE = "archive", _("archive")

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="footage")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="members"
    )
    camera = models.ForeignKey(
        Camera, null=True, blank=True, on_delete=models.SET_NULL, related_name="footage"
    )
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PHOTO)
    name = models.CharField(max_length=255, help_text=_("The file's name as the driver knows it."))
    folder = models.CharField(
        max_length=255, blank=True, help_text=_("Where it lay, as its driver knows it.")
    )
    side_hint = models.CharField(
        max_length=6, choices=Side, blank=True, help_text=_("The side chosen in the form.")
    )
    file = models.FileField(
        max_length=255, blank=True, help_text=_("Private. Empty once the original was dropped.")
    )
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.RECEIVED)
    reason = models.CharField(max_length=16, choices=Reason, blank=True)
    detail = models.CharField(
        max_length=255, blank=True, help_text=_("What exactly was wrong with this file.")
    )
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    device_at = models.DateTimeField(
        null=True, help_text=_("What the camera's clock said, at the first frame of a video.")
    )
    clock = models.CharField(max_length=8, choices=ClockSource, blank=True)
    gps_at = models.DateTimeField(
        null=True, help_text=_("GPS time beside the clock, to the second; as old as the fix.")
    )
    modified_at = models.DateTimeField(
        null=True, help_text=_("When the file was last changed, as the driver's machine says.")
    )
    device = models.CharField(
        max_length=80, blank=True, help_text=_("Make and model; never a serial number.")
    )
    direction_deg = models.FloatField(
        null=True, help_text=_("Where the camera looked, clockwise from north, by its own compass.")
    )
    panorama = models.BooleanField(default=False, help_text=_("Equirectangular, all around."))
    duration_ms = models.PositiveBigIntegerField(null=True, help_text=_("Of a video or a track."))
    recording = models.CharField(
        max_length=80, blank=True, help_text=_("The same for all chapters of one recording.")
    )
    chapter = models.PositiveSmallIntegerField(default=0)
    motion = models.BinaryField(
        null=True,
        help_text=_("How the pictures move: float32 rows of ms, change, flow and brightness."),
    )
    fix = models.PointField(
        geography=True, null=True, help_text=_("The position that the file itself carries.")
    )
    near_home = models.BooleanField(
        default=False, help_text=_("It passed its driver's home: the original is never kept.")
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(auto_now_add=True)
    dropped_at = models.DateTimeField(null=True, blank=True, help_text=_("When the original was deleted."))

    objects = FootageQuerySet.as_manager()

    class Meta:
        verbose_name = _("footage")
        verbose_name_plural = _("footage")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["drive", "sha256"],
                condition=~Q(reason="duplicate") & ~Q(sha256=""),
                name="same_bytes_once_per_drive",
            ),
            models.CheckConstraint(
                condition=Q(state="rejected") ^ Q(reason=""), name="rejected_means_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["drive", "state"])]

    def __str__(self) -> str:
        return self.name
