"""What every API view shares: pages of features, the bounding box, and errors as sentences."""

from __future__ import annotations

import math

from django import forms
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import PageNumberPagination
from rest_framework_gis.pagination import GeoJsonPagination

Box = tuple[float, float, float, float]


class Pages(PageNumberPagination):
    page_size = 100
    page_size_query_param = "limit"
    max_page_size = 1000


class FeaturePages(GeoJsonPagination):
    """A FeatureCollection per page, with `count`, `next` and `previous` beside its features."""

    page_size = 100
    page_size_query_param = "limit"
    max_page_size = 1000


class BoxField(forms.CharField):
    """west,south,east,north in degrees. West may be greater than east: then the box crosses the 180th meridian."""

    def clean(self, value: str) -> MultiPolygon | None:
        text = super().clean(value)
        return area_of(read_box(text)) if text else None


def read_box(text: str) -> Box:
    """Four finite degrees within the earth. Raises ValidationError with a sentence."""
    try:
        west, south, east, north = (float(number) for number in text.split(","))
    except ValueError:
        raise forms.ValidationError(_("Give the box as west,south,east,north in degrees.")) from None
    if not all(math.isfinite(number) for number in (west, south, east, north)):
        raise forms.ValidationError(_("Give the box in finite numbers."))
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise forms.ValidationError(_("The box must lie within 180 degrees of longitude and 90 of latitude."))
    return west, south, east, north


def area_of(box: Box) -> MultiPolygon:
    west, south, east, north = box
    boxes = [box] if west <= east else [(west, south, 180.0, north), (-180.0, south, east, north)]
    return MultiPolygon([Polygon.from_bbox(part) for part in boxes], srid=4326)
