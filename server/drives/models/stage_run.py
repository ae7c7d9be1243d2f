from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.drives.models.drive import Drive, Stage


class StageRunQuerySet(models.QuerySet["StageRun"]):
    def open(self) -> StageRunQuerySet:
        return self.filter(state__in=[StageRun.State.WAITING, StageRun.State.RUNNING])


class StageRun(models.Model):
    """One attempt at one stage of one drive, or at one part of it. A running attempt holds a lease, named by its token."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        RETRIED = "retried", _("tried again")
        LOST = "lost", _("lost")
        FAILED = "failed", _("failed")

    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="stage_runs")
    stage = models.CharField(max_length=10, choices=Stage)
    part = models.PositiveIntegerField(default=0)
    round = models.PositiveIntegerField(default=1, help_text=_("How often the drive has come to this stage."))
    attempt = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    token = models.UUIDField(null=True)
    lease_expires_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(help_text=_("Not before this time; later after a retry."))
    enqueued_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    count_expected = models.PositiveIntegerField(
        null=True, help_text=_("How many pieces the part foresees, where that shows only when it begins.")
    )
    count_in = models.PositiveIntegerField(default=0)
    count_out = models.PositiveIntegerField(default=0)
    count_rejected = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    objects = StageRunQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["drive", "stage", "part", "round", "attempt"], name="one_run_per_attempt"
            ),
            models.UniqueConstraint(
                fields=["drive", "stage", "part"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_open_run_per_part",
            ),
        ]
        indexes = [models.Index(fields=["state", "lease_expires_at"])]

    def __str__(self) -> str:
        return f"{self.drive_id} {self.stage}/{self.part} #{self.attempt} {self.state}"
