"""The categories that come with the site. An administrator changes them as they like."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as _

SHIPPED: tuple[dict[str, Any], ...] = (
    {
        "slug": "most-festive",
        "name": _("Most festive"),
        "description": _("The house that shines the most. These votes move the rank."),
        "goes_with": "points",
        "place": 1,
    },
    {
        "slug": "most-creative",
        "name": _("Most creative"),
        "description": _("The display that nobody else has thought of."),
        "goes_with": "novelty",
        "place": 2,
    },
    {
        "slug": "childrens-favourite",
        "name": _("Children’s favourite"),
        "description": _("The house that children want to see again."),
        "goes_with": "nothing",
        "place": 3,
    },
)


def ship(category: Any) -> None:
    """Writes them with the model `category` where there is none at all."""
    if not category.objects.exists():
        category.objects.bulk_create([category(**shipped) for shipped in SHIPPED], ignore_conflicts=True)
