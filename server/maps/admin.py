from __future__ import annotations

from django.contrib import admin

from server.core.admin import ReadOnlyAdmin
from server.maps.models import BaseArea, HeatCell


@admin.register(HeatCell)
class HeatCellAdmin(ReadOnlyAdmin):
    list_display = ("level", "x", "y", "festivity", "houses", "frames", "season", "scorer")
    list_filter = ("level", "season", "scorer")
    ordering = ("-festivity",)


@admin.register(BaseArea)
class BaseAreaAdmin(ReadOnlyAdmin):
    list_display = ("kind", "credit")
    list_filter = ("kind",)
