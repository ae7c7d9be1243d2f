from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from leaflet.admin import LeafletGeoAdmin

from server.core.admin import KeptAdmin, ReadOnlyAdmin, ReadOnlyInline, words
from server.frames.admin import thumbnail
from server.houses.models import House, HouseScore, Neighbourhood, Season, Sighting, Street
from server.houses.services import place_house
from server.jobs.asking import ask_for_rows
from server.jobs.kinds import Kind


class SightingInline(ReadOnlyInline):
    model = Sighting
    fields = ("picture", "side", "bearing_deg", "distance_m", "distance_by", "lit_m2", "suppressed")
    readonly_fields = ("picture",)

    @admin.display(description=_("picture"))
    def picture(self, sighting: Sighting) -> str:
        return thumbnail(sighting.frame)


@admin.register(House)
class HouseAdmin(KeptAdmin, LeafletGeoAdmin):
    """Its place can be drawn on the map; from then on no drive moves it."""

    list_display = (
        "picture",
        "public_id",
        "street",
        "neighbourhood",
        "festivity",
        "sighting_count",
        "state",
        "links",
    )
    list_display_links = ("public_id",)
    list_filter = ("hidden", "synthetic", "placed_by_hand", "scores__season", "neighbourhood")
    search_fields = ("public_id", "street__name")
    list_select_related = ("street", "neighbourhood")
    autocomplete_fields = ("street", "neighbourhood")
    fields = (
        "public_id",
        "position",
        "placed_by_hand",
        "facing_deg",
        "street",
        "neighbourhood",
        "hidden",
        "merged_into",
    )
    readonly_fields = ("public_id", "hidden", "facing_deg", "merged_into", "street", "neighbourhood")
    inlines = (SightingInline,)
    actions = ("hide", "show", "merge")
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[House]:
        houses = super().get_queryset(request).prefetch_related("scores__best_frame__footage")
        return houses.annotate(
            festivity=Max("scores__festivity"), sighting_count=Count("sightings", distinct=True)
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("best frame"))
    def picture(self, house: House) -> str:
        return thumbnail(next((score.best_frame for score in house.scores.all()), None))

    @admin.display(description=_("festivity"), ordering="festivity")
    def festivity(self, house: Any) -> str:
        return "–" if house.festivity is None else f"{house.festivity:.3f}"

    @admin.display(description=_("sightings"), ordering="sighting_count")
    def sighting_count(self, house: Any) -> int:
        return int(house.sighting_count)

    @admin.display(description=_("state"))
    def state(self, house: House) -> str:
        return words(
            (house.hidden, _("hidden")),
            (house.merged_into_id is not None, _("merged")),
            (house.placed_by_hand, _("placed by hand")),
            (house.synthetic, _("synthetic")),
        )

    @admin.display(description=_("pages"))
    def links(self, house: House) -> str:
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            reverse("houses:house", args=[house.public_id]),
            _("public"),
            reverse("review:house", args=[house.public_id]),
            _("part"),
        )

    def save_model(self, request: HttpRequest, obj: House, form: Any, change: bool) -> None:
        """A place that was drawn goes to every map at once; one that is given back to the drives moves with the next."""
        if "position" in form.changed_data:
            place_house(obj, obj.position)
        elif "placed_by_hand" in form.changed_data:
            House.objects.filter(pk=obj.pk).update(placed_by_hand=obj.placed_by_hand)

    @admin.action(description=_("Take off the map"))
    def hide(self, request: HttpRequest, houses: QuerySet[House]) -> HttpResponse | None:
        return ask_for_rows(request, Kind.HIDE, _("Take %(rows)d houses off the map"), houses)

    @admin.action(description=_("Put back on the map"))
    def show(self, request: HttpRequest, houses: QuerySet[House]) -> HttpResponse | None:
        return ask_for_rows(request, Kind.SHOW, _("Put %(rows)d houses back on the map"), houses)

    @admin.action(description=_("Merge: they are one house"))
    def merge(self, request: HttpRequest, houses: QuerySet[House]) -> HttpResponse | None:
        if houses.filter(merged_into=None).count() < 2:
            self.message_user(request, _("Tick at least two houses that are one."), messages.ERROR)
            return None
        return ask_for_rows(request, Kind.MERGE, _("Merge %(rows)d houses into one"), houses)


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
    list_display_links = ("house",)
    list_filter = ("season", "scorer")
    list_select_related = ("house", "season", "scorer", "best_frame__footage")
    ordering = ("-festivity",)

    @admin.display(description=_("best frame"))
    def picture(self, score: HouseScore) -> str:
        return thumbnail(score.best_frame)


@admin.register(Sighting)
class SightingAdmin(ReadOnlyAdmin):
    list_display = ("picture", "id", "house", "side", "bearing_deg", "suppressed", "scorer")
    list_display_links = ("id",)
    list_filter = ("side", "suppressed", "scorer")
    list_select_related = ("frame__footage", "house", "scorer")
    search_fields = ("house__public_id", "frame__public_id")
    actions = ("part",)

    @admin.action(description=_("Part off: these show another house than the rest"))
    def part(self, request: HttpRequest, sightings: QuerySet[Sighting]) -> HttpResponse | None:
        houses = set(sightings.order_by().values_list("house", flat=True).distinct())
        if len(houses) != 1 or None in houses:
            self.message_user(request, _("Tick sightings of one and the same house."), messages.ERROR)
            return None
        title = _("Part %(rows)d sightings from their house")
        return ask_for_rows(request, Kind.SPLIT, title, sightings, house=houses.pop())

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
