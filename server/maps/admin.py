from __future__ import annotations

from django.contrib import admin

from server.core.admin import ReadOnlyAdmin
from server.maps.models import BaseArea, HeatCell


@admin.register(HeatCell)
class HeatCellAdmin(ReadOnlyAdmin):
    list_display = ("x", "y", "festivity", "houses", "season", "scorer")
    list_filter = ("season", "scorer")
    ordering = ("-festivity",)


@admin.register(BaseArea)
class BaseAreaAdmin(ReadOnlyAdmin):
    list_display = ("kind", "credit")
    list_filter = ("kind",)
