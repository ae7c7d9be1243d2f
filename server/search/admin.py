from __future__ import annotations

from django.contrib import admin

from server.core.admin import ReadOnlyAdmin
from server.search.models import PhotoSearch


@admin.register(PhotoSearch)
class PhotoSearchAdmin(ReadOnlyAdmin):
    """How searches fare. Who asked and what was found are theirs."""

    list_display = ("public_id", "state", "failure", "attempts", "created_at")
    list_filter = ("state", "failure")
    fields = ("public_id", "state", "failure", "attempts", "scorer_hash", "created_at", "sent_at")
