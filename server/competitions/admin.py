from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from leaflet.admin import LeafletGeoAdmin

from server.competitions.models import Category, Competition, Entry
from server.core.admin import ReadOnlyAdmin
from server.maps.tiles.queries import WORLD, edition, extent_of_map

ZOOM = 13


class CategoryInline(admin.TabularInline):
    model = Category
    extra = 1


@admin.register(Competition)
class CompetitionAdmin(LeafletGeoAdmin):
    list_display = ("name", "starts_on", "ends_on", "published", "announced_at", "entries_page")
    list_filter = ("published",)
    fields = (
        "name",
        "slug",
        "text",
        ("starts_on", "ends_on"),
        "neighbourhood",
        "boundary",
        "emails_kept_days",
        "published",
    )
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("neighbourhood",)
    inlines = (CategoryInline,)

    @property
    def settings_overrides(self) -> dict[str, Any]:
        """The map of a new boundary begins where the site has houses."""
        box = extent_of_map(edition())
        if box == WORLD:
            return {}
        west, south, east, north = box
        return {"DEFAULT_CENTER": ((south + north) / 2, (west + east) / 2), "DEFAULT_ZOOM": ZOOM}

    @admin.display(description=_("entries"))
    def entries_page(self, competition: Competition) -> str:
        page = reverse("competitions:entries", args=[competition.slug])
        return format_html('<a href="{}">{}</a>', page, _("Look at the entries"))

    def has_delete_permission(self, request: HttpRequest, obj: Competition | None = None) -> bool:
        """One that somebody entered stays."""
        entered = obj is not None and obj.entries.exists()
        return not entered and super().has_delete_permission(request, obj)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Decisions are made on the page of a competition's entries."""

    list_display = ("competition", "house", "state", "reason", "created_at", "settled_by")
    list_filter = ("competition", "state")
    list_select_related = ("competition", "house", "settled_by")
    exclude = ("receipt",)
