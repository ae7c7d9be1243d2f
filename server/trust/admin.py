from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from server.core.admin import KeptAdmin
from server.trust.models import Report
from server.trust.services import close, grant


@admin.register(Report)
class ReportAdmin(KeptAdmin):
    list_display = ("house", "kind", "state", "message", "created_at")
    list_filter = ("state", "kind")
    list_select_related = ("house",)
    readonly_fields = ("house", "kind", "message", "email", "state", "created_at", "settled_at")
    actions = ("take_off", "leave")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description=_("Take the house off the map"))
    def take_off(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        for report in reports.open().select_related("house"):  # type: ignore[attr-defined]
            grant(report)

    @admin.action(description=_("Leave the house on the map"))
    def leave(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        for report in reports:
            close(report)
