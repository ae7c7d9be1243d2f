"""Which frames are worth a label, in what order and why."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.frames.models import Frame, Scorer


class Reason(models.TextChoices):
    """Why a frame is in the queue, the one that weighs most first."""

    REPORTED = "reported", _("reported by visitors")
    DISPUTED = "disputed", _("a word against the scorer")
    UNLIKE = "unlike", _("its like was labelled otherwise")
    FLASH = "flash", _("seen in one frame only")
    UNSURE = "unsure", _("least certain")
    CHANCE = "chance", _("drawn by lot")


MISTAKES = (Reason.DISPUTED, Reason.UNLIKE, Reason.FLASH)


class QueueEntry(models.Model):
    """One frame that is worth a label under one scorer. The ranking writes them; reports of visitors put theirs before it.

    `place` counts from 1 in the order of the whole queue, `worth` is in [0, 1] within its reason, `also` are further reasons, and
    `told` has the numbers for the sentence.
    """

    scorer = models.ForeignKey(Scorer, on_delete=models.CASCADE, related_name="queue")
    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="queue_entries")
    place = models.PositiveIntegerField()
    reason = models.CharField(max_length=8, choices=Reason)
    also = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    worth = models.FloatField(validators=[MinValueValidator(0.0), MaxValueValidator(1.0)])
    told = models.JSONField(default=dict, blank=True)
    listed_at = models.DateTimeField(help_text=_("A label made since takes the frame out of the queue."))

    class Meta:
        ordering = ["place", "id"]
        verbose_name_plural = _("queue entries")
        constraints = [
            models.UniqueConstraint(
                fields=["scorer", "frame"], name="one_place_in_the_queue_per_frame_and_scorer"
            ),
            models.CheckConstraint(condition=Q(worth__gte=0, worth__lte=1), name="worth_in_unit"),
        ]
        indexes = [models.Index(fields=["scorer", "place"])]

    def __str__(self) -> str:
        return f"{self.place}. {self.frame}: {self.get_reason_display()}"


class Ranking(models.Model):
    """The state of the queue under one scorer: when it was last made, and whether somebody wants it anew."""

    scorer = models.OneToOneField(Scorer, on_delete=models.CASCADE, related_name="queue_ranking")
    wanted_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True, help_text=_("While a worker makes it."))
    ranked_at = models.DateTimeField(null=True)
    frames = models.PositiveIntegerField(default=0, help_text=_("How many frames were weighed."))

    def __str__(self) -> str:
        return f"{self.scorer}: {self.ranked_at}"


class Skip(models.Model):
    """A frame that a labeller does not want to be offered again."""

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="skips")
    labeller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="skips")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["frame", "labeller"], name="one_skip_per_frame_and_labeller")
        ]

    def __str__(self) -> str:
        return f"{self.frame}: {self.labeller}"
