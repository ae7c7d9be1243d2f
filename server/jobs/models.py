"""Work that staff ask for and that takes longer than a request: who asked, how far it is, what it said, how it ended."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.core.identifiers import new_public_id
from server.jobs.kinds import Kind


class JobQuerySet(models.QuerySet["Job"]):
    def open(self) -> JobQuerySet:
        return self.filter(state__in=Job.OPEN)


class Job(models.Model):
    """One piece of work. A worker that does it holds a lease, named by its token; a lost one is done again, from where it was.

    `asked` says what is wanted, `outcome` what came of it, both in the words of its kind. Of jobs with the same word in `alone`
    only one is open.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("at work")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    OPEN: ClassVar[list[str]] = [State.WAITING, State.RUNNING]

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    alone = models.CharField(max_length=40, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    asked = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    stage = models.CharField(max_length=120, blank=True)
    count_done = models.PositiveIntegerField(default=0)
    count_expected = models.PositiveIntegerField(
        null=True, help_text=_("How many pieces the stage has, where that is known.")
    )
    failure = models.TextField(blank=True, help_text=_("The sentence for whoever asked."))
    error = models.TextField(blank=True, help_text=_("What the worker met, for staff."))
    cancel_asked = models.BooleanField(default=False)
    token = models.UUIDField(null=True)
    lease_expires_at = models.DateTimeField(null=True)
    times_lost = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    enqueued_at = models.DateTimeField(help_text=_("When it was last put before the workers."))
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alone"],
                condition=Q(state__in=["waiting", "running"]) & ~Q(alone=""),
                name="one_open_job_of_those_alone",
            ),
            models.CheckConstraint(condition=Q(state="failed") ^ Q(failure=""), name="a_failed_job_says_why"),
        ]
        indexes = [models.Index(fields=["state", "lease_expires_at"])]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_state_display()})"

    def get_absolute_url(self) -> str:
        return reverse("jobs:job", args=[self.public_id])

    @property
    def kind_in_words(self) -> str:
        return str(Kind(self.kind).label) if self.kind in Kind.values else self.kind

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class JobLine(models.Model):
    """One line of what a job tells while it is at work."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="lines")
    at = models.DateTimeField(auto_now_add=True)
    text = models.CharField(max_length=400)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
