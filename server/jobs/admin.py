from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from server.core.admin import ReadOnlyAdmin
from server.jobs.models import Job


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "state", "progress", "asked_by", "created_at", "ended_at", "page")
    list_filter = ("kind", "state")
    list_select_related = ("asked_by",)
    search_fields = ("title", "public_id", "failure")

    @admin.display(description=_("progress"))
    def progress(self, job: Job) -> str:
        return "–" if job.count_expected is None else f"{job.count_done} / {job.count_expected}"

    @admin.display(description=_("page"))
    def page(self, job: Job) -> str:
        return format_html('<a href="{}">{}</a>', job.get_absolute_url(), _("watch"))
