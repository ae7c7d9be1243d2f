"""Houses and neighbourhoods as the API gives them, and what may be asked of their lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from server.core.api import COLLECTION, FEATURE, BoxField, GeometryField, PointSerializer, point
from server.core.zone import FIRST_DAY, LAST_DAY
from server.frames.points import FestivityClass
from server.houses.lists import ORDERINGS, Asked
from server.houses.models import Neighbourhood, Season
from server.houses.queries import HousePage, RankedHouse, RankedNeighbourhood

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Feature = dict[str, Any]
SHOWN_CLASSES = [choice for choice in FestivityClass.choices if choice[0] != FestivityClass.NONE]


@extend_schema_field(OpenApiTypes.STR)
class NamedField(serializers.SlugRelatedField[Any]):
    """A row by its name or slug; an unknown one gets `sentence`."""

    def __init__(self, rows: QuerySet[Any], slug_field: str, sentence: StrOrPromise, help_text: str) -> None:
        messages: dict[str, Any] = {"does_not_exist": sentence}
        super().__init__(
            queryset=rows, slug_field=slug_field, required=False, error_messages=messages, help_text=help_text
        )

    def to_internal_value(self, text: Any) -> Any:
        if "\0" in text:
            self.fail("does_not_exist")
        return super().to_internal_value(text)


def within_the_calendar(day: date) -> None:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise serializers.ValidationError(_("Give an evening of this century."))


class SeasonAskedSerializer(serializers.Serializer[Any]):
    season = NamedField(
        Season.objects.all(),
        slug_field="name",
        sentence=_("There is no season of that name."),
        help_text="A season's name, e.g. 2026; the current one when left out.",
    )


class AskedSerializer(SeasonAskedSerializer):
    neighbourhood = NamedField(
        Neighbourhood.objects.all(),
        slug_field="slug",
        sentence=_("There is no neighbourhood of that name."),
        help_text="The neighbourhood's slug.",
    )
    bbox = BoxField(required=False, help_text="west,south,east,north in degrees")
    min_points = serializers.FloatField(required=False, min_value=0, max_value=100)
    evening = serializers.DateField(
        required=False,
        validators=[within_the_calendar],
        help_text="Seen from noon of this date to the next noon.",
    )
    festivity_class = serializers.MultipleChoiceField(
        choices=SHOWN_CLASSES, required=False, help_text="One or more; all when left out."
    )
    since = serializers.DateTimeField(
        required=False, help_text="Houses whose score is new or has changed then or later."
    )
    ordering = serializers.ChoiceField(choices=list(ORDERINGS), required=False)

    def validate_festivity_class(self, chosen: set[str]) -> frozenset[str]:
        return frozenset(chosen)


def asked_of(query: Mapping[str, Any]) -> Asked:
    """What the query of an address asks for. Raises ValidationError with a sentence for each name that is wrong."""
    asked = AskedSerializer(data=query)
    asked.is_valid(raise_exception=True)
    return Asked(**asked.validated_data)


class PicturesSerializer(serializers.Serializer[Any]):
    """Addresses of a frame's public pictures."""

    picture = serializers.CharField()
    thumbnail = serializers.CharField()
    overlay = serializers.CharField(help_text="The festivity map, to lay over the picture.")


class HousePropertiesSerializer(serializers.Serializer[Any]):
    points = serializers.FloatField(help_text="0 to 100")
    festivity_class = serializers.ChoiceField(choices=FestivityClass.choices)
    festivity = serializers.FloatField(help_text="Mean patch probability, 0 to 1")
    fair_points = serializers.FloatField(
        allow_null=True, help_text="Points if seen square on from 14 m, 0 to 100. They do not rank."
    )
    interval = serializers.ListField(
        child=serializers.FloatField(),
        allow_null=True,
        help_text="Points that another evening says four times in five, low and high.",
    )
    lit_front_m2 = serializers.FloatField(
        allow_null=True, help_text="Square metres of lit front; null where unmeasured."
    )
    distance_m = serializers.FloatField(
        allow_null=True, help_text="Metres from which it was seen; null where unmeasured."
    )
    rank = serializers.IntegerField(help_text="In the whole season, 1 for the highest standing.")
    standing = serializers.FloatField(
        help_text="What ranks: the points drawn towards 100 by votes; 0 to 100, equal to the points without votes."
    )
    rank_in_neighbourhood = serializers.IntegerField(allow_null=True)
    votes = serializers.IntegerField(help_text="Counted votes of the category that goes with points.")
    frames = serializers.IntegerField(help_text="Frames that show the house.")
    counted = serializers.IntegerField(help_text="Frames that its points rest on.")
    novelty = serializers.IntegerField(
        allow_null=True,
        help_text="How unlike the displays most like it, 0 to 100; null where it is not compared.",
    )
    novelty_rank = serializers.IntegerField(allow_null=True, help_text="1 for the most novel.")
    street = serializers.CharField(allow_blank=True)
    neighbourhood = serializers.CharField(allow_blank=True)
    neighbourhood_slug = serializers.CharField(allow_blank=True)
    synthetic = serializers.BooleanField(help_text="Drawn by a program, not a real place.")
    page = serializers.CharField()
    best_frame = PicturesSerializer(allow_null=True)


class RankedHouseSerializer(HousePropertiesSerializer):
    id = serializers.CharField()
    lon = serializers.FloatField()
    lat = serializers.FloatField()


class HouseFeatureSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=FEATURE)
    id = serializers.CharField()
    geometry = PointSerializer()
    properties = HousePropertiesSerializer()


class BestFrameSerializer(PicturesSerializer):
    id = serializers.CharField()
    night = serializers.DateField()
    festivity = serializers.FloatField(help_text="This house's part of the frame's festivity.")
    points = serializers.FloatField()


class HouseDetailPropertiesSerializer(HousePropertiesSerializer):
    season = serializers.CharField()
    seasons = serializers.ListField(child=serializers.CharField())
    houses_in_season = serializers.IntegerField()
    houses_in_neighbourhood = serializers.IntegerField()
    nights = serializers.IntegerField(help_text="Evenings on which the house was seen.")
    best_frames = BestFrameSerializer(many=True)


class HouseDetailFeatureSerializer(HouseFeatureSerializer):
    properties = HouseDetailPropertiesSerializer()


class NeighbourhoodPropertiesSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    points = serializers.FloatField(allow_null=True, help_text="Mean over its houses; null without houses.")
    houses = serializers.IntegerField()
    rank = serializers.IntegerField(allow_null=True)
    credit = serializers.CharField(allow_blank=True)


class NeighbourhoodFeatureSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=FEATURE)
    id = serializers.CharField(help_text="The neighbourhood's slug.")
    geometry = GeometryField()
    properties = NeighbourhoodPropertiesSerializer()


class NeighbourhoodsSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=COLLECTION)
    features = NeighbourhoodFeatureSerializer(many=True)


MADE_UP = ("page", "best_frame", "interval")
PROPERTIES = [str(name) for name in HousePropertiesSerializer().fields if str(name) not in MADE_UP]


def feature_of(house: RankedHouse) -> Feature:
    geometry = point(house.lon, house.lat)
    return {
        "type": "Feature",
        "id": house.public_id,
        "geometry": geometry,
        "properties": properties_of(house),
    }


def row_of(house: RankedHouse) -> Feature:
    lon, lat = point(house.lon, house.lat)["coordinates"]
    return {"id": house.public_id, "lon": lon, "lat": lat, **properties_of(house)}


def properties_of(house: RankedHouse) -> dict[str, Any]:
    said = asdict(house)
    kept = {name: said[name] for name in PROPERTIES}
    return {
        **kept,
        "interval": None if house.points_low is None else [house.points_low, house.points_high],
        "page": reverse("houses:house", args=[house.public_id]),
        "best_frame": pictures_of(house.best_frame) if house.best_frame else None,
    }


def pictures_of(frame: str) -> dict[str, str]:
    return {name: reverse(f"frames:{name}", args=[frame]) for name in ("picture", "thumbnail", "overlay")}


def page_feature_of(page: HousePage) -> Feature:
    feature = feature_of(page.house)
    feature["properties"] |= {
        "season": page.season.name,
        "seasons": [season.name for season in page.seasons],
        "houses_in_season": page.houses_in_season,
        "houses_in_neighbourhood": page.houses_in_neighbourhood,
        "nights": page.nights,
        "best_frames": [
            {
                "id": f.public_id,
                "night": f.night,
                "festivity": f.festivity,
                "points": f.points,
                **pictures_of(f.public_id),
            }
            for f in page.best_frames
        ],
    }
    return feature


def neighbourhood_collection(ranked: list[RankedNeighbourhood]) -> dict[str, Any]:
    """Every neighbourhood by name; those without houses have no points and no rank."""
    of_slug = {neighbourhood.slug: neighbourhood for neighbourhood in ranked}
    places = Neighbourhood.objects.order_by("name")
    features = [neighbourhood_feature(place, of_slug.get(place.slug)) for place in places]
    return {"type": COLLECTION[0], "features": features}


def neighbourhood_feature(place: Neighbourhood, ranked: RankedNeighbourhood | None) -> Feature:
    properties = {
        "name": place.name,
        "points": ranked.points if ranked else None,
        "houses": ranked.houses if ranked else 0,
        "rank": ranked.rank if ranked else None,
        "credit": place.credit,
    }
    geometry = GeometryField().to_representation(place.boundary)
    return {"type": "Feature", "id": place.slug, "geometry": geometry, "properties": properties}
