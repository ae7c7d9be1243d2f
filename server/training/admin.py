from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from server.core.admin import ReadOnlyAdmin
from server.training.models import Lesson


@admin.register(Lesson)
class LessonAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "start", "labels", "scorer", "page")
    list_filter = ("start",)
    list_select_related = ("scorer",)

    @admin.display(description=_("labels"))
    def labels(self, lesson: Lesson) -> int:
        return len(lesson.label_ids)

    @admin.display(description=_("page"))
    def page(self, lesson: Lesson) -> str:
        return format_html('<a href="{}">{}</a>', lesson.get_absolute_url(), _("read"))
