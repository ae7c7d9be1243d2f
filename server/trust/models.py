"""What people say against a house's being on the map."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.frames.models import Frame
from server.houses.models import House


def new_receipt() -> str:
    """160 bits: whoever has it may read the report's state."""
    return secrets.token_urlsafe(20)


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> ReportQuerySet:
        return self.filter(state=Report.State.OPEN)


class Report(models.Model):
    """A complaint or an opt-out, without an account; the receipt's page says what became of it."""

    class Kind(models.TextChoices):
        OPT_OUT = "opt_out", _("This is my house, and I do not wish it to be on the map")
        WRONG_PLACE = "wrong_place", _("It is in the wrong place")
        PERSON_VISIBLE = "person_visible", _("A person or a number plate can be made out")
        NOT_DECORATION = "not_decoration", _("These lights are not decoration")
        INAPPROPRIATE = "inappropriate", _("It is not fit to be shown")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", _("waiting to be read")
        GRANTED = "granted", _("the house was taken off the map")
        CLOSED = "closed", _("read and settled")
        LABELLED = "labelled", _("somebody looked at its pictures and marked in them what is decoration")

    receipt = models.CharField(max_length=40, unique=True, default=new_receipt, editable=False)
    house = models.ForeignKey(House, on_delete=models.CASCADE, related_name="reports")
    frames = models.ManyToManyField(
        Frame, blank=True, related_name="reports", help_text=_("Where to look, for those who label.")
    )
    kind = models.CharField(max_length=16, choices=Kind)
    message = models.TextField(blank=True, max_length=2000)
    email = models.EmailField(blank=True, help_text=_("Only to answer this report."))
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    answer = models.TextField(blank=True, max_length=2000)
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["state", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.house}: {self.get_kind_display()}"
