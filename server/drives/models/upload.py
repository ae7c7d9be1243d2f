from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from server.core.identifiers import new_public_id
from server.drives.models.camera import Side
from server.drives.models.drive import Drive
from server.drives.models.footage import Footage


class UploadQuerySet(models.QuerySet["Upload"]):
    def owned_by(self, user: Any) -> UploadQuerySet:
        return self.filter(drive__driver=user)

    def open(self) -> UploadQuerySet:
        """Those that are not yet footage, and may still be continued."""
        return self.filter(footage=None, expires_at__gte=Now())

    def expired(self) -> UploadQuerySet:
        return self.filter(expires_at__lt=Now())


class Upload(models.Model):
    """A file on its way: its first `offset` of `length` bytes are here. Full, it becomes `footage`."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="uploads")
    footage = models.OneToOneField(
        Footage, null=True, blank=True, on_delete=models.CASCADE, related_name="upload"
    )
    name = models.CharField(max_length=255)
    folder = models.CharField(max_length=255, blank=True)
    side_hint = models.CharField(max_length=6, choices=Side, blank=True)
    modified_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(
        max_length=64, blank=True, help_text=_("As the driver's machine says; compared when all is here.")
    )
    length = models.BigIntegerField(help_text=_("Bytes of the whole file."))
    offset = models.BigIntegerField(default=0, help_text=_("Bytes received so far."))
    rolling = models.BinaryField(
        null=True, editable=False, help_text=_("SHA-256 of the bytes received so far, as it is put away.")
    )
    stored_as = models.CharField(
        max_length=255, blank=True, help_text=_("Where the full file is put, decided before it is moved.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(offset__gte=0, offset__lte=F("length")), name="offset_within_the_length"
            ),
            models.CheckConstraint(
                condition=Q(footage=None) | Q(offset=F("length")), name="only_full_uploads_are_footage"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"])]

    def __str__(self) -> str:
        return f"{self.name} {self.offset}/{self.length}"
