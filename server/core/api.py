"""What every API view shares: pages, GeoJSON (RFC 7946) and the bounding box of a request."""

from __future__ import annotations

import math
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import PageNumberPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler
from rest_framework_gis import fields as gis

Box = tuple[float, float, float, float]


def not_found(request: HttpRequest, rest: str) -> JsonResponse:
    """What an address below /api/ gets that is none."""
    return JsonResponse({"detail": gettext("There is nothing at this address. See /api/docs/.")}, status=404)


def told(error: Exception, context: dict[str, Any]) -> Response | None:
    """What went wrong, as DRF tells it, but of a row that is not there in words for whoever reads the page."""
    if isinstance(error, Http404) and (not error.args or "matches the given query" in str(error)):
        error = NotFound(gettext("This is not here, or no longer here. Load the page again."))
    return exception_handler(error, context)


class GeoJsonRenderer(JSONRenderer):
    media_type = "application/geo+json"
    format = "geojson"


GEOJSON = [GeoJsonRenderer, JSONRenderer]
POINT = ("Point",)
FEATURE = ("Feature",)
COLLECTION = ("FeatureCollection",)


class Pages(PageNumberPagination):
    page_size = 100
    page_size_query_param = "limit"
    max_page_size = 1000


class FeaturePages(Pages):
    """A page is a FeatureCollection, with `count`, `next` and `previous` beside its features."""

    def get_paginated_response(self, features: list[Any]) -> Response:
        links = {"next": self.get_next_link(), "previous": self.get_previous_link()}
        count = self.page.paginator.count if self.page else 0
        return Response({"type": COLLECTION[0], "count": count, **links, "features": features})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        features = page["properties"].pop("results")
        kind = {"type": "string", "enum": list(COLLECTION)}
        page["properties"] = {"type": kind, **page["properties"], "features": features}
        return {**page, "required": ["type", "count", "features"]}


class PointSerializer(serializers.Serializer[Any]):
    """A GeoJSON point."""

    type = serializers.ChoiceField(choices=POINT)
    coordinates = serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=2, help_text="lon, lat in degrees"
    )


@extend_schema_field(
    {"type": "object", "required": ["type", "coordinates"], "description": "A GeoJSON geometry: lon, lat."}
)
class GeometryField(gis.GeometryField):
    """A geometry to about a centimetre."""

    def __init__(self, **options: Any) -> None:
        super().__init__(precision=7, **options)


def point(lon: float, lat: float) -> dict[str, Any]:
    """A GeoJSON point, in degrees, to a centimetre."""
    return {"type": "Point", "coordinates": [round(lon, 7), round(lat, 7)]}


@extend_schema_field(OpenApiTypes.STR)
class BoxField(serializers.CharField):
    """west,south,east,north in degrees, west at most east: a box across the 180th meridian is asked for in two halves."""

    def to_internal_value(self, text: Any) -> Any:
        return read_box(super().to_internal_value(text))


def read_box(text: str) -> Box:
    """Four finite degrees within the earth. Raises ValidationError with a sentence."""
    try:
        west, south, east, north = (float(number) for number in text.split(","))
    except ValueError:
        raise serializers.ValidationError(_("Give the box as west,south,east,north in degrees.")) from None
    if not all(map(math.isfinite, (west, south, east, north))):
        raise serializers.ValidationError(_("Give the box in finite numbers."))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        sentence = _("The box runs from west to east within 180 degrees and from south to north within 90.")
        raise serializers.ValidationError(sentence)
    return west, south, east, north


def reasons(error: serializers.ValidationError) -> str:
    """What is wrong, as one line of sentences."""
    found = error.detail.values() if isinstance(error.detail, dict) else [error.detail]
    return " ".join(str(sentence) for sentences in found for sentence in sentences)
