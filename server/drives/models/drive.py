"""One outing and the stages of its way."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from server.core.identifiers import new_public_id


class Stage(models.TextChoices):
    """The way of a drive, in order. UPLOAD is the driver's, DONE is the end; the workers walk those between."""

    UPLOAD = "upload", _("Uploading")
    PROBE = "probe", _("Reading the files")
    SAMPLE = "sample", _("Taking frames")
    SCORE = "score", _("Scoring")
    LOCATE = "locate", _("Placing on the map")
    IDENTIFY = "identify", _("Finding houses")
    PUBLISH = "publish", _("Publishing")
    DONE = "done", _("Done")


class DriveQuerySet(models.QuerySet["Drive"]):
    def owned_by(self, user: Any) -> DriveQuerySet:
        return self.filter(driver=user)

    def in_progress(self) -> DriveQuerySet:
        return self.exclude(stage__in=[Stage.UPLOAD, Stage.DONE])


class Drive(models.Model):
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    driver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="drives")
    title = models.CharField(_("title"), max_length=120)
    synthetic = models.BooleanField(
        default=False, help_text=_("Drawn by a program; said wherever it is shown.")
    )
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.UPLOAD)
    failure = models.TextField(
        blank=True, help_text=_("Why the drive stands still, as a sentence for its driver.")
    )
    scorer_hash = models.CharField(
        max_length=16,
        blank=True,
        help_text=_("The scorer that this drive goes through; set by its first scored frame."),
    )
    time_zone = models.CharField(max_length=64, blank=True, help_text=_("IANA name; of the place driven."))
    keep_originals = models.BooleanField(
        _("keep the originals"),
        default=False,
        help_text=_("Otherwise each file is deleted when its frames are scored."),
    )
    seen_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When its driver last looked at it since it ended.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = DriveQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title
