from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.admin import TabularInline
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from server.core.admin import ReadOnlyAdmin
from server.frames.admin import thumbnail
from server.jobs.asking import ask_for_rows
from server.jobs.kinds import Kind
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
    """Who voted is told nowhere; held votes can be decided on here or, with what speaks for and against, on their page."""

    list_display = ("picture", "house", "category", "season", "cast_at", "state", "decided_by", "decided_at")
    list_display_links = ("house",)
    list_filter = ("state", "category", "season")
    list_select_related = ("house", "category", "season", "decided_by")
    search_fields = ("house__public_id", "house__street__name")
    date_hierarchy = "cast_at"
    list_per_page = 50
    actions = ("count", "discard")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Vote]:
        return super().get_queryset(request).prefetch_related("house__scores__best_frame__footage")

    @admin.display(description=_("best frame"))
    def picture(self, vote: Vote) -> str:
        return thumbnail(next((score.best_frame for score in vote.house.scores.all()), None))

    @admin.action(description=_("Count those that are held"))
    def count(self, request: HttpRequest, votes: QuerySet[Vote]) -> HttpResponse | None:
        return self.decided(request, votes, _("Count %(rows)d held votes"), count=True)

    @admin.action(description=_("Discard those that are held"))
    def discard(self, request: HttpRequest, votes: QuerySet[Vote]) -> HttpResponse | None:
        return self.decided(request, votes, _("Discard %(rows)d held votes"), count=False)

    def decided(
        self, request: HttpRequest, votes: QuerySet[Vote], title: object, *, count: bool
    ) -> HttpResponse | None:
        held = votes.filter(state=Vote.State.HELD)
        if not held.exists():
            self.message_user(request, _("None of these votes is held."), messages.ERROR)
            return None
        return ask_for_rows(request, Kind.DECIDE, title, held, count=count)
