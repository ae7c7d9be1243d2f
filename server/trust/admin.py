from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from server.core.admin import KeptAdmin
from server.frames.admin import thumbnail
from server.jobs.asking import ask_for_rows
from server.jobs.kinds import Kind
from server.trust.models import Report


@admin.register(Report)
class ReportAdmin(KeptAdmin):
    list_display = ("picture", "house", "kind", "state", "message", "created_at", "settled_at", "links")
    list_display_links = ("house",)
    list_filter = ("state", "kind")
    list_select_related = ("house",)
    search_fields = ("house__public_id", "receipt", "message")
    date_hierarchy = "created_at"
    readonly_fields = ("house", "kind", "message", "email", "frames", "state", "created_at", "settled_at")
    list_per_page = 50
    actions = ("take_off", "leave")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        return super().get_queryset(request).prefetch_related("house__scores__best_frame__footage")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("best frame"))
    def picture(self, report: Report) -> str:
        return thumbnail(next((score.best_frame for score in report.house.scores.all()), None))

    @admin.display(description=_("pages"))
    def links(self, report: Report) -> str:
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            reverse("admin:houses_house_change", args=[report.house_id]),
            _("house"),
            reverse("trust:receipt", args=[report.receipt]),
            _("receipt"),
        )

    @admin.action(description=_("Take the house off the map"))
    def take_off(self, request: HttpRequest, reports: QuerySet[Report]) -> HttpResponse | None:
        title = _("Take the houses of %(rows)d reports off the map")
        return ask_for_rows(request, Kind.SETTLE, title, reports, grant=True)

    @admin.action(description=_("Leave the house on the map"))
    def leave(self, request: HttpRequest, reports: QuerySet[Report]) -> HttpResponse | None:
        return ask_for_rows(
            request, Kind.SETTLE, _("Leave the houses of %(rows)d reports"), reports, grant=False
        )
