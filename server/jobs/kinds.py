from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What a job does. Each kind has its function in `workers.jobs.WORK`."""

    TRAIN = "train", _("train a scorer")
    SHADOW = "shadow", _("score in shadow")
    VERDICT = "verdict", _("say of frames what they are")
    RESCORE = "rescore", _("look at frames again")
    HIDE = "hide", _("take houses off the map")
    SHOW = "show", _("put houses back on the map")
    MERGE = "merge", _("merge houses")
    SPLIT = "split", _("part a house in two")
    DECIDE = "decide", _("decide on held votes")
    SETTLE = "settle", _("settle reports")
    IMPORT_LABELS = "import_labels", _("import labels")
