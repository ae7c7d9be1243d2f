from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from server.frames.models import Frame


class Label(models.Model):
    """What a person said of a frame. A verdict without a mask speaks of the whole frame; the newest label of a frame counts."""

    class Verdict(models.TextChoices):
        FESTIVE = "festive", _("festive")
        NOT_FESTIVE = "not_festive", _("not festive")

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="labels")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="labels")
    verdict = models.CharField(max_length=12, choices=Verdict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.frame}: {self.get_verdict_display()}"
