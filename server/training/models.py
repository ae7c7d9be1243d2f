from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.core.identifiers import new_public_id
from server.frames.models import Scorer
from server.jobs.models import Job


class Lesson(models.Model):
    """One training that was brought to its end: the labels that were learnt from, the scorer that came of it, and how good it is.

    `label_ids` are those that counted when it was asked for; equal `labels_hash` means equal masks on the same frames. The words
    of `report` are those of `workers.training.report`.
    """

    class Start(models.TextChoices):
        LIVE = "live", _("from the live head")
        NOTHING = "nothing", _("from nothing")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    job = models.OneToOneField(Job, null=True, on_delete=models.SET_NULL, related_name="lesson")
    scorer = models.ForeignKey(Scorer, null=True, on_delete=models.SET_NULL, related_name="lessons")
    start = models.CharField(max_length=8, choices=Start)
    start_hash = models.CharField(
        max_length=16, blank=True, help_text=_("The scorer whose head it started from.")
    )
    label_ids = ArrayField(models.PositiveBigIntegerField())
    labels_hash = models.CharField(max_length=64)
    report = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_start_display()}, {len(self.label_ids)} labels"

    def get_absolute_url(self) -> str:
        return reverse("training:lesson", args=[self.public_id])
