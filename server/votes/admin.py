from __future__ import annotations

from django.contrib import admin
from django.contrib.admin import TabularInline
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from server.core.admin import ReadOnlyAdmin
from server.votes.models import Category, GoesWith, Poll, Vote
from server.votes.services import recount_everything


class PollInline(TabularInline):
    model = Poll
    extra = 0
    verbose_name = _("season that it is open or closed in, whatever the date")
    verbose_name_plural = _("seasons that it is open or closed in, whatever the date")


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    """A category with votes is kept; it is closed instead. Which one moves the rank may change: all votes are counted again."""

    list_display = ("name", "slug", "goes_with", "in_new_seasons", "place")
    list_editable = ("in_new_seasons", "place")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (PollInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Category | None = None) -> bool:
        return obj is None or not obj.votes.exists()

    def save_model(self, request: HttpRequest, obj: Category, form: object, change: bool) -> None:
        before = Category.objects.filter(pk=obj.pk).values_list("goes_with", flat=True).first()
        super().save_model(request, obj, form, change)
        if before != obj.goes_with and GoesWith.POINTS in (before, obj.goes_with):
            recount_everything()


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    list_display = ("house", "category", "season", "cast_at", "state", "decided_by", "decided_at")
    list_filter = ("state", "category", "season")
    list_select_related = ("house", "category", "season", "decided_by")
    date_hierarchy = "cast_at"
