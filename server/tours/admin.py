from __future__ import annotations

from django.contrib import admin

from server.core.admin import KeptAdmin
from server.tours.models import SharedTour


@admin.register(SharedTour)
class SharedTourAdmin(KeptAdmin):
    list_display = ("public_id", "evening", "by", "back", "turned")
    list_filter = ("evening", "by")
    search_fields = ("public_id",)
    readonly_fields = ("public_id", "stops", "first", "by", "back", "turned", "evening", "created_at")
