"""A drive's frames as GeoJSON: for its driver and staff only."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext
from rest_framework import serializers

from server.core.api import FEATURE, PointSerializer, point
from server.drives.models import Drive, Side
from server.frames.models import Frame, FrameQuerySet, FrameScore, Scorer
from server.frames.points import FestivityClass, festivity_class, points

PICTURES = ("picture", "thumbnail", "overlay")


class FramePropertiesSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="The file it came from.")
    captured_at = serializers.DateTimeField()
    side = serializers.ChoiceField(choices=Side.choices, allow_blank=True)
    camera = serializers.CharField(help_text="Its name, or the side it faced.")
    heading_deg = serializers.FloatField(allow_null=True, help_text="The car's, clockwise from north.")
    festivity = serializers.FloatField(allow_null=True, help_text="0 to 1; null when not scored yet.")
    points = serializers.FloatField(allow_null=True)
    festivity_class = serializers.ChoiceField(choices=FestivityClass.choices, allow_null=True)
    verdict = serializers.CharField(allow_null=True, help_text="festive, not_festive, or null: nobody said.")
    picture = serializers.CharField()
    thumbnail = serializers.CharField()
    overlay = serializers.CharField()


class FrameFeatureSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=FEATURE)
    id = serializers.CharField()
    geometry = PointSerializer(allow_null=True, help_text="null where the track tells no place.")
    properties = FramePropertiesSerializer()


def frames_with_scores(drive: Drive, scorer: Scorer | None) -> QuerySet[Frame]:
    """The drive's frames in order of time, each with its `festivity` under the scorer, or None."""
    return with_scores(drive.frames.all(), scorer).in_order()


def with_scores(frames: FrameQuerySet, scorer: Scorer | None) -> FrameQuerySet:
    """The frames, each with its `festivity` under the scorer, or None, and the `side` and `name` of its footage."""
    score = FrameScore.objects.filter(frame=OuterRef("pk"), scorer=scorer).values("festivity")[:1]
    named = frames.annotate(
        festivity=Subquery(score),
        side=F("camera__side"),
        camera_name=F("camera__name"),
        name=F("footage__name"),
    )
    return named.prefetch_related("labels")


def frame_feature(frame: Any, scorer: Scorer | None) -> dict[str, Any]:
    """One of `frames_with_scores` as a feature. Of its labels the newest counts."""
    kept = ("name", "captured_at", "side", "heading_deg", "festivity")
    said = {name: getattr(frame, name) for name in kept} | in_words(frame.festivity, scorer)
    camera = frame.camera_name or (str(Side(frame.side).label) if frame.side else gettext("a camera"))
    pictures = {name: reverse(f"frames:{name}", args=[frame.public_id]) for name in PICTURES}
    return {
        "type": "Feature",
        "id": frame.public_id,
        "geometry": point(frame.position.x, frame.position.y) if frame.position else None,
        "properties": {**said, "camera": camera, "verdict": newest_verdict(frame), **pictures},
    }


def newest_verdict(frame: Frame) -> str | None:
    """That of the newest label that nobody withdrew; `labels` are prefetched, the newest first."""
    return next((label.verdict for label in frame.labels.all() if label.withdrawn_at is None), None)


def in_words(festivity: float | None, scorer: Scorer | None) -> dict[str, Any]:
    if festivity is None or scorer is None:
        return {"points": None, "festivity_class": None}
    return {
        "points": points(festivity, scorer.card),
        "festivity_class": festivity_class(festivity, scorer.card),
    }
