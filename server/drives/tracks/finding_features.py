"""The findings on a drive's track as GeoJSON: for its driver and staff only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from rest_framework import serializers

from server.core.api import COLLECTION, FEATURE, GeometryField, point
from server.drives.models import Fault
from server.drives.track import Fix, LonLat, distance_m
from server.drives.tracks.features import line
from server.drives.tracks.findings import Cut, Findings, Gap
from server.drives.tracks.standing import Standing

KINDS = ("stretch", "cut", "gap", "standing")
STEP_M = 4.0


class FindingPropertiesSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=KINDS)
    fault = serializers.ChoiceField(choices=Fault.choices, allow_blank=True, help_text="Of a cut.")
    words = serializers.CharField(allow_blank=True, help_text="The fault in words.")
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()
    fixes = serializers.IntegerField()


class FindingFeatureSerializer(serializers.Serializer[Any]):
    """A stretch of the good track, or what was cut, a gap, or where the car stood. Near home a cut has no geometry."""

    type = serializers.ChoiceField(choices=FEATURE)
    id = serializers.CharField(help_text="Kind and number.")
    geometry = GeometryField(allow_null=True)
    properties = FindingPropertiesSerializer()


class FindingCollectionSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=COLLECTION)
    features = FindingFeatureSerializer(many=True)


def finding_collection(findings: Findings) -> dict[str, Any]:
    """Lines are drawn in steps of at least 4 m."""
    groups: tuple[tuple[str, Iterable[dict[str, Any]]], ...] = (
        ("stretch", map(stretch_of, findings.stretches)),
        ("cut", map(cut_of, findings.cuts)),
        ("gap", map(gap_of, findings.gaps)),
        ("standing", map(standing_of, findings.standing)),
    )
    features = [
        {**one, "id": f"{kind}-{number}", "properties": {"kind": kind, **one["properties"]}}
        for kind, found in groups
        for number, one in enumerate(found)
    ]
    return {"type": COLLECTION[0], "features": features}


def stretch_of(stretch: Sequence[Fix]) -> dict[str, Any]:
    places = [(fix.lon, fix.lat) for fix in apart(stretch)]
    return feature(places, stretch[0].at, stretch[-1].at, len(stretch))


def apart(stretch: Sequence[Fix]) -> Iterator[Fix]:
    """The first fix, those at least 4 m from the one before, and the last."""
    kept = stretch[0]
    yield kept
    for fix in stretch[1:-1]:
        if distance_m(kept, fix) >= STEP_M:
            kept = fix
            yield kept
    if len(stretch) > 1:
        yield stretch[-1]


def cut_of(cut: Cut) -> dict[str, Any]:
    return feature(cut.way, cut.first_at, cut.last_at, cut.fixes, cut.fault)


def gap_of(gap: Gap) -> dict[str, Any]:
    ends = [(fix.lon, fix.lat) for fix in (gap.before, gap.after)]
    return feature(ends, gap.before.at, gap.after.at, 0)


def standing_of(stood: Standing) -> dict[str, Any]:
    return feature([stood.place], stood.first_at, stood.last_at, stood.last - stood.first + 1)


def feature(
    places: Sequence[LonLat], first_at: datetime, last_at: datetime, fixes: int, fault: Fault = Fault.NONE
) -> dict[str, Any]:
    return {
        "type": FEATURE[0],
        "geometry": line([point(*place)["coordinates"] for place in places]),
        "properties": {
            "fault": fault,
            "words": str(fault.label) if fault else "",
            "first_at": first_at.isoformat(),
            "last_at": last_at.isoformat(),
            "fixes": fixes,
        },
    }
