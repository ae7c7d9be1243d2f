from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from leaflet.admin import LeafletGeoAdmin

from server.core.admin import KeptAdmin, ReadOnlyAdmin, ReadOnlyInline
from server.frames.admin import thumbnail
from server.houses.models import House, HouseScore, Neighbourhood, Season, Sighting, Street
from server.houses.services import hide_house, show_house


class SightingInline(ReadOnlyInline):
    model = Sighting
    fields = ("picture", "side", "bearing_deg", "distance_m", "distance_by", "lit_m2", "suppressed")
    readonly_fields = ("picture",)

    @admin.display(description=_("picture"))
    def picture(self, sighting: Sighting) -> str:
        return thumbnail(sighting.frame)


@admin.register(House)
class HouseAdmin(KeptAdmin, LeafletGeoAdmin):
    list_display = (
        "picture",
        "public_id",
        "street",
        "neighbourhood",
        "festivity",
        "sighting_count",
        "hidden",
        "synthetic",
    )
    list_filter = ("hidden", "synthetic", "neighbourhood")
    search_fields = ("public_id", "street__name")
    list_select_related = ("street", "neighbourhood")
    autocomplete_fields = ("street", "neighbourhood")
    readonly_fields = ("public_id", "hidden")
    inlines = (SightingInline,)
    actions = ("hide", "show")

    def get_queryset(self, request: HttpRequest) -> QuerySet[House]:
        houses = super().get_queryset(request).prefetch_related("scores__best_frame__footage")
        return houses.annotate(
            festivity=Max("scores__festivity"), sighting_count=Count("sightings", distinct=True)
        )

    @admin.display(description=_("best frame"))
    def picture(self, house: House) -> str:
        return thumbnail(next((score.best_frame for score in house.scores.all()), None))

    @admin.display(description=_("festivity"), ordering="festivity")
    def festivity(self, house: Any) -> str:
        return "–" if house.festivity is None else f"{house.festivity:.3f}"

    @admin.display(description=_("sightings"), ordering="sighting_count")
    def sighting_count(self, house: Any) -> int:
        return int(house.sighting_count)

    @admin.action(description=_("Take off the map"))
    def hide(self, request: HttpRequest, houses: QuerySet[House]) -> None:
        for house in houses:
            hide_house(house)

    @admin.action(description=_("Put back on the map"))
    def show(self, request: HttpRequest, houses: QuerySet[House]) -> None:
        for house in houses:
            show_house(house)


@admin.register(HouseScore)
class HouseScoreAdmin(ReadOnlyAdmin):
    list_display = (
        "picture",
        "house",
        "festivity",
        "lit_front_m2",
        "distance_m",
        "frames",
        "season",
        "scorer",
    )
    list_filter = ("season", "scorer")
    list_select_related = ("house", "season", "scorer", "best_frame__footage")
    ordering = ("-festivity",)

    @admin.display(description=_("best frame"))
    def picture(self, score: HouseScore) -> str:
        return thumbnail(score.best_frame)


@admin.register(Sighting)
class SightingAdmin(ReadOnlyAdmin):
    list_display = ("picture", "house", "side", "bearing_deg", "suppressed", "scorer")
    list_filter = ("side", "suppressed", "scorer")
    list_select_related = ("frame__footage", "house", "scorer")

    @admin.display(description=_("picture"))
    def picture(self, sighting: Sighting) -> str:
        return thumbnail(sighting.frame)


@admin.register(Season)
class SeasonAdmin(admin.ModelAdmin):
    list_display = ("name", "starts_on", "ends_on")


@admin.register(Neighbourhood)
class NeighbourhoodAdmin(LeafletGeoAdmin):
    list_display = ("name", "slug", "credit")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Street)
class StreetAdmin(LeafletGeoAdmin):
    list_display = ("__str__", "kind", "credit")
    list_filter = ("kind",)
    search_fields = ("name",)
