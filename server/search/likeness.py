"""How alike two displays are, in numbers and in words.

Likeness is the cosine of two crops' vectors, both seen from the scorer's typical vector: 1 for the same crop, about 0 for two
displays that have nothing in common. The limits were chosen on rendered drives and on labelled pairs of real ones
(docs/benchmarks.md, "Search by photo"). Where no festive light was found and the whole picture is compared, more is asked,
because by day everything looks a little alike.

A thing that was clicked is as like a house as the mean, over its patches, of the likest patch of the house's display. On
rendered streets 70 % of the houses with the same kind of part reach LOWEST_OF_A_THING, and 45 % of the others
(docs/benchmarks.md, "Search by click"): a list, the likest first, and no proof.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

LOWEST = 0.7
LOWEST_OF_A_WHOLE_PICTURE = 0.8
VERY_ALIKE = 0.8
ALMOST_SAME = 0.9
LOWEST_OF_A_THING = 0.65
THINGS_VERY_ALIKE = 0.8
THINGS_ALMOST_SAME = 0.9


class Likeness(TextChoices):
    """In words. Below LOWEST nothing is shown."""

    ALIKE = "alike", _("alike")
    VERY_ALIKE = "very_alike", _("very alike")
    ALMOST_SAME = "almost_same", _("almost the same")


def in_words(likeness: float, of_a_thing: bool = False) -> Likeness:
    very, almost = (THINGS_VERY_ALIKE, THINGS_ALMOST_SAME) if of_a_thing else (VERY_ALIKE, ALMOST_SAME)
    if likeness >= almost:
        return Likeness.ALMOST_SAME
    return Likeness.VERY_ALIKE if likeness >= very else Likeness.ALIKE


def percent(likeness: float) -> int:
    """The same as a whole number from 0 to 100, for people."""
    return round(100 * max(0.0, min(1.0, likeness)))
