from __future__ import annotations

from django.contrib import admin

from server.core.admin import ReadOnlyAdmin
from server.votes.models import Vote


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    list_display = ("house", "voter", "season", "cast_at")
    list_filter = ("season",)
    list_select_related = ("house", "voter", "season")
    date_hierarchy = "cast_at"
