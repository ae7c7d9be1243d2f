"""What the admin pages of every app share."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

admin.site.site_header = _("Festivity Map")
admin.site.site_title = _("Festivity Map")
admin.site.index_title = _("Drives, houses and labels")


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that the pipeline writes: staff read and delete them, and change them by re-running a stage."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
