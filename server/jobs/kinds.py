from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What a job does. Each kind has its function in `workers.jobs.WORK`."""

    TRAIN = "train", _("train a scorer")
    SHADOW = "shadow", _("score in shadow")
