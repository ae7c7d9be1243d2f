from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from server.core.admin import ReadOnlyAdmin
from server.frames.admin import thumbnail
from server.labels.models import Label


@admin.register(Label)
class LabelAdmin(ReadOnlyAdmin):
    list_display = ("picture", "frame", "verdict", "method", "author", "created_at", "withdrawn_at")
    list_filter = ("verdict", "method", ("withdrawn_at", admin.EmptyFieldListFilter), "author")
    list_select_related = ("frame__footage", "author")

    @admin.display(description=_("picture"))
    def picture(self, label: Label) -> str:
        return thumbnail(label.frame)
