"""A drive's track as GeoJSON: for its driver and staff only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from server.core.api import FEATURE, GeometryField, point
from server.drives.models import Drive
from server.drives.track import Fix


class TrackPropertiesSerializer(serializers.Serializer[Any]):
    times = serializers.ListField(child=serializers.DateTimeField(), help_text="One per place of the line.")


class TrackFeatureSerializer(serializers.Serializer[Any]):
    """One line, or one point for a single fix, or no geometry for none."""

    type = serializers.ChoiceField(choices=FEATURE)
    id = serializers.CharField(help_text="The drive's id.")
    geometry = GeometryField(allow_null=True)
    properties = TrackPropertiesSerializer()


def track_feature(drive: Drive, track: Sequence[Fix]) -> dict[str, Any]:
    places = [point(fix.lon, fix.lat)["coordinates"] for fix in track]
    times = [fix.at.isoformat() for fix in track]
    return {
        "type": "Feature",
        "id": drive.public_id,
        "geometry": line(places),
        "properties": {"times": times},
    }


def line(places: list[list[float]]) -> dict[str, Any] | None:
    """A line needs two places (RFC 7946, 3.1.4); one is a point, and none no geometry."""
    if len(places) > 1:
        return {"type": "LineString", "coordinates": places}
    return {"type": "Point", "coordinates": places[0]} if places else None
