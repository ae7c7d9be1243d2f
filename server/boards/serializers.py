"""The lines of the boards as the API gives them."""

from __future__ import annotations

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class BoardRowSerializer(serializers.Serializer[Any]):
    rank = serializers.IntegerField(help_text="1 for the best, over the whole board.")
    synthetic = serializers.BooleanField(help_text="Drawn by a program, not a real place.")


class PlaceRowSerializer(BoardRowSerializer):
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    best_frame = serializers.CharField(
        allow_null=True, help_text="Id of the frame that shows its best house."
    )


class RankedStreetSerializer(PlaceRowSerializer):
    street = serializers.IntegerField(help_text="The id of the street's first piece, as in /streets/<id>/.")
    name = serializers.CharField()
    neighbourhood = serializers.CharField(allow_blank=True)
    points = serializers.FloatField(help_text="Mean over its houses, 0 to 100.")
    houses = serializers.IntegerField()


@extend_schema_field(
    {"type": "object", "required": ["type", "coordinates"], "description": "A GeoJSON LineString: lon, lat."}
)
class LineField(serializers.Field[Any, Any, Any, Any]):
    def to_representation(self, line: str) -> Any:
        return json.loads(line)


class StretchSerializer(PlaceRowSerializer):
    street = serializers.IntegerField(help_text="The id of the street's first piece, as in /streets/<id>/.")
    name = serializers.CharField()
    neighbourhood = serializers.CharField(allow_blank=True)
    shine = serializers.FloatField(help_text="The sum of the points of its houses.")
    houses = serializers.IntegerField()
    length_m = serializers.IntegerField(help_text="Metres; less than 100 where the street is shorter.")
    line = LineField()


class BoardNeighbourhoodSerializer(PlaceRowSerializer):
    name = serializers.CharField()
    slug = serializers.CharField()
    points = serializers.FloatField(help_text="Mean over its houses, 0 to 100.")
    houses = serializers.IntegerField()
    some = serializers.IntegerField(help_text="Houses with some lights.")
    many = serializers.IntegerField(help_text="Houses with many lights.")  # type: ignore[assignment]
    most = serializers.IntegerField(help_text="Houses with most lights.")


class HouseRowSerializer(PlaceRowSerializer):
    public_id = serializers.CharField(help_text="The house's id.")
    street = serializers.CharField(allow_blank=True)
    neighbourhood = serializers.CharField(allow_blank=True)


class ImprovedHouseSerializer(HouseRowSerializer):
    points_now = serializers.FloatField()
    points_then = serializers.FloatField(help_text="0 where it was dark.")
    gain = serializers.FloatField()
    was_dark = serializers.BooleanField()
    now_on = serializers.DateField(allow_null=True, help_text="Null when seasons are compared.")
    then_on = serializers.DateField(allow_null=True)


class NovelHouseSerializer(HouseRowSerializer):
    novelty = serializers.IntegerField(help_text="0 to 100.")
    points = serializers.FloatField()
    place = serializers.IntegerField(help_text="Its rank among all houses.")


class RankedDriverSerializer(BoardRowSerializer):
    name = serializers.CharField(help_text="What the driver chose.")
    new_km = serializers.FloatField()
    drives = serializers.IntegerField()
