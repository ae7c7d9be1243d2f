"""How alike two displays are, in numbers and in words.

Likeness is the cosine of two crops' vectors, both seen from the scorer's typical vector: 1 for the same crop, about 0 for two
displays that have nothing in common. The limits were chosen on rendered drives and on labelled pairs of real ones; see
docs/benchmarks.md, "Search by photo".
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

LOWEST = 0.5
MANY_SHARED = 0.65
MOST_SHARED = 0.8


class Likeness(TextChoices):
    """In words. Below LOWEST nothing is shown."""

    ALIKE = "alike", _("alike")
    VERY_ALIKE = "very_alike", _("very alike")
    SAME = "same", _("most likely the same display")


def in_words(likeness: float) -> Likeness:
    if likeness >= MOST_SHARED:
        return Likeness.SAME
    return Likeness.VERY_ALIKE if likeness >= MANY_SHARED else Likeness.ALIKE


def percent(likeness: float) -> int:
    """The same as a whole number from 0 to 100, for people."""
    return round(100 * max(0.0, min(1.0, likeness)))
