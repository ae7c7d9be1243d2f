"""Searches as the API gives them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from server.core.api import COLLECTION
from server.houses.features import HouseFeatureSerializer, HousePropertiesSerializer, feature_of
from server.search.likeness import Likeness
from server.search.models import PhotoSearch
from server.search.queries import FoundHouse, found


class PhotoSerializer(serializers.Serializer[Any]):
    """A multipart form with one picture."""

    picture = serializers.FileField(
        allow_empty_file=True,
        max_length=None,
        help_text="JPEG, PNG or HEIC. It is deleted once it has been looked at.",
    )


class PointSerializer(serializers.Serializer[Any]):
    x = serializers.FloatField(min_value=0, max_value=1, help_text="Of the frame's width, from the left.")
    y = serializers.FloatField(min_value=0, max_value=1, help_text="Of its height, from the top.")


def box_field(**options: Any) -> serializers.ListField:
    edge = serializers.FloatField(min_value=0, max_value=1)
    return serializers.ListField(child=edge, min_length=4, max_length=4, **options)


class ThingSerializer(serializers.Serializer[Any]):
    box = box_field(help_text="Around the thing: x0, y0, x1, y1 in 0 to 1, y down.")
    overlay = serializers.CharField(
        help_text="data:image/png of its patches, to be drawn over the whole frame."
    )


class ClickSerializer(serializers.Serializer[Any]):
    """A frame, with a point on the thing, a box around it, or both."""

    frame = serializers.CharField(max_length=16, help_text="Public id of a frame that anyone may see.")
    x = serializers.FloatField(required=False, min_value=0, max_value=1)
    y = serializers.FloatField(required=False, min_value=0, max_value=1)
    box = box_field(
        required=False, help_text="x0, y0, x1, y1 in 0 to 1; without it, around what lies at x, y."
    )


class BegunSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    state = serializers.ChoiceField(choices=PhotoSearch.State.choices)
    answer = serializers.CharField(help_text="Where the answer will be, for the same account or session.")
    page = serializers.CharField(help_text="The same for people.")


class FoundPropertiesSerializer(HousePropertiesSerializer):
    number = serializers.IntegerField(help_text="1 for the likest.")
    likeness = serializers.FloatField(
        help_text="Cosine of the two displays, both seen from the typical one: 1 for the same picture."
    )
    likeness_class = serializers.ChoiceField(choices=Likeness.choices)
    crop = serializers.ListField(
        child=serializers.FloatField(),
        min_length=4,
        max_length=4,
        allow_null=True,
        help_text="The part of the picture that is like it: x0, y0, x1, y1 in 0 to 1; null for a search by house.",
    )


class FoundFeatureSerializer(HouseFeatureSerializer):
    properties = FoundPropertiesSerializer()


class AnswerSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=COLLECTION)
    id = serializers.CharField()
    state = serializers.ChoiceField(
        choices=PhotoSearch.State.choices, help_text="waiting and looking: ask again in a second."
    )
    detail = serializers.CharField(allow_blank=True, help_text="Why a failed search has no answer.")
    features = FoundFeatureSerializer(many=True)


def begun(search: PhotoSearch) -> dict[str, str]:
    return {
        "id": search.public_id,
        "state": search.state,
        "answer": reverse("api:search", args=[search.public_id]),
        "page": reverse("search:search", args=[search.public_id]),
    }


def answer(search: PhotoSearch) -> dict[str, Any]:
    return {
        "type": COLLECTION[0],
        "id": search.public_id,
        "state": search.state,
        "detail": search.get_failure_display() if search.failure else "",
        "features": [found_feature(one) for one in found(search).houses],
    }


def found_feature(one: FoundHouse) -> dict[str, Any]:
    feature = feature_of(one.house)
    said = {
        "number": one.number,
        "likeness": one.likeness,
        "likeness_class": one.words,
        "crop": one.crop and list(one.crop),
    }
    return {**feature, "properties": feature["properties"] | said}
