"""What the admin pages of every app share."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.gis.db.models import GeometryField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from leaflet.admin import LeafletGeoAdmin

admin.site.site_header = _("Festivity Map")
admin.site.site_title = _("Festivity Map")
admin.site.index_title = _("Drives, houses and labels")
admin.site.enable_nav_sidebar = False


def words(*told: tuple[bool, Any]) -> str:
    """What holds of a row, in words; a dash where nothing does."""
    return ", ".join(str(word) for holds, word in told if holds) or "–"


class KeptAdmin(admin.ModelAdmin):
    """Rows that others are computed from: taking one away here would leave scores and pictures behind."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(KeptAdmin):
    """Rows that the pipeline writes: staff read them, and change them by re-running a stage."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SeenOnMapAdmin(KeptAdmin, LeafletGeoAdmin):
    """Rows that the pipeline writes, with their place on a map: everything is read, nothing is changed by hand."""

    modifiable = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in self.opts.fields if not isinstance(field, GeometryField)]

    def formfield_for_dbfield(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        """What is posted of a place is not read."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.disabled, field.required = True, False
        return field

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        nothing_to_save = dict.fromkeys(
            ("show_save", "show_save_and_continue", "show_save_and_add_another"), False
        )
        return super().change_view(request, object_id, form_url, {**nothing_to_save, **(extra_context or {})})


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
