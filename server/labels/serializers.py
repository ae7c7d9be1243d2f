"""What the labelling page sends, held to its limits with a sentence for each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ParseError

from server.labels.drawing import (
    LINES,
    MOST_CLICKS,
    MOST_POINTS,
    MOST_SMOOTHING,
    MOST_STROKES,
    THRESHOLD,
    WIDEST_RADIUS,
    Drawing,
    Mark,
    Point,
    Stroke,
    StrokeKind,
)
from server.labels.models import Label
from server.labels.queries import FRAMES_CARRIED, MOST_CARRIED

IN_PICTURE = _("Clicks and boxes lie in the picture: x and y from 0 to 1.")
BOX = _("The far corner of a box lies to the right of the first and below it.")
TOO_MANY_STROKES = _("At most %(most)d strokes make one mask. Save this one, or paint with a wider brush.")
TOO_MANY_POINTS = _(
    "The strokes have more than %(most)d points in all. Save this label, or paint with a wider brush."
)
RADIUS = _("A brush is wider than nothing, and at most a fifth of the picture's long side.")
POINTS = _("A stroke has points [x, y] in the picture, x and y from 0 to 1.")
CORNERS = _("A polygon has at least three corners.")
STROKE_KIND = _("A stroke is a brush, an eraser, a polygon or a hole.")
UNKNOWN = _("“%(name)s” is nothing that a drawing knows. It has %(known)s.")
TOO_MANY = _("At most %(most)d clicks and boxes make one mask. Start a new label with fewer, clearer ones.")


class Within(serializers.FloatField):
    """A finite number from `least` to `most`, or `sentence`."""

    def __init__(self, least: float, most: float, sentence: Any, **options: Any) -> None:
        self.least, self.most, self.sentence = least, most, sentence
        super().__init__(**options, error_messages={"invalid": sentence, "max_string_length": sentence})

    def to_internal_value(self, given: Any) -> float:
        number = math.nan if isinstance(given, bool) else super().to_internal_value(given)
        if not self.least <= number <= self.most:
            raise serializers.ValidationError(self.sentence)
        return float(number)


class Known(serializers.Serializer[Any]):
    """Refuses words that it does not know, so that nothing is dropped in silence."""

    def to_internal_value(self, given: Any) -> dict[str, Any]:
        unknown = sorted(set(map(str, given)) - set(self.fields)) if isinstance(given, Mapping) else []
        if unknown:
            words = {"name": unknown[0][:40], "known": ", ".join(self.fields)}
            raise serializers.ValidationError({unknown[0][:40]: UNKNOWN % words})
        return super().to_internal_value(given)


class MarkSerializer(Known):
    """A click, or with a far corner a box; in [0, 1] of the picture, y down."""

    x = Within(0, 1, IN_PICTURE)
    y = Within(0, 1, IN_PICTURE)
    far_x = Within(0, 1, IN_PICTURE, required=False, allow_null=True)
    far_y = Within(0, 1, IN_PICTURE, required=False, allow_null=True)
    positive = serializers.BooleanField(default=True)

    def validate(self, mark: dict[str, Any]) -> dict[str, Any]:
        far_x, far_y = mark.get("far_x"), mark.get("far_y")
        if (far_x is None) != (far_y is None):
            raise serializers.ValidationError(BOX)
        if far_x is not None and far_y is not None and not (far_x > mark["x"] and far_y > mark["y"]):
            raise serializers.ValidationError(BOX)
        return mark


@extend_schema_field(
    serializers.ListField(child=serializers.ListField(child=Within(0, 1, POINTS), min_length=2, max_length=2))
)
class Points(serializers.Field):  # type: ignore[type-arg]
    """A list of [x, y], each from 0 to 1."""

    def to_internal_value(self, given: Any) -> tuple[Point, ...]:
        try:
            points = np.array(given)
        except ValueError:
            raise serializers.ValidationError(POINTS) from None
        if points.dtype.kind not in "fiu" or points.ndim != 2 or points.shape[1] != 2 or not len(points):
            raise serializers.ValidationError(POINTS)
        if not ((points >= 0) & (points <= 1)).all():
            raise serializers.ValidationError(POINTS)
        return tuple((float(x), float(y)) for x, y in points)


class StrokeSerializer(Known):
    """A line of a brush or eraser with its radius, a share of the picture's long side; or the corners of a polygon."""

    kind = serializers.ChoiceField(
        choices=StrokeKind.choices, error_messages={"invalid_choice": STROKE_KIND, "required": STROKE_KIND}
    )
    points = Points(error_messages={"required": POINTS, "null": POINTS})
    radius = Within(0, WIDEST_RADIUS, RADIUS, default=0.0)

    def validate(self, stroke: dict[str, Any]) -> dict[str, Any]:
        is_line = stroke["kind"] in LINES
        if is_line and stroke["radius"] <= 0:
            raise serializers.ValidationError(RADIUS)
        if not is_line and len(stroke["points"]) < 3:
            raise serializers.ValidationError(CORNERS)
        return stroke if is_line else {**stroke, "radius": 0.0}


class DrawingSerializer(Known):
    """Marks, how they become a mask, and strokes over it; neither marks nor strokes mean: nothing festive here."""

    marks = MarkSerializer(many=True, required=False)
    strokes = StrokeSerializer(many=True, required=False)
    threshold = Within(-1, 1, _("The threshold lies between -1 and 1."), default=THRESHOLD)
    smoothing = Within(0, MOST_SMOOTHING, _("Smoothing lies between 0 and 10 patches."), default=0.0)
    edge = serializers.ChoiceField(choices=Label.Edge.choices, default=Label.Edge.LIGHT)
    layer = serializers.IntegerField(min_value=1, max_value=99, default=1)
    based_on = serializers.IntegerField(
        required=False, allow_null=True, help_text=_("The newest label that was known when drawing began.")
    )

    def to_internal_value(self, given: Any) -> dict[str, Any]:
        if isinstance(given, Mapping):
            refuse_too_many(given.get("marks"), given.get("strokes"))
        return super().to_internal_value(given)


def refuse_too_many(marks: Any, strokes: Any) -> None:
    """Before they are looked at one by one."""
    if isinstance(marks, list) and len(marks) > MOST_CLICKS:
        raise serializers.ValidationError({"marks": TOO_MANY % {"most": MOST_CLICKS}})
    if not isinstance(strokes, list):
        return
    if len(strokes) > MOST_STROKES:
        raise serializers.ValidationError({"strokes": TOO_MANY_STROKES % {"most": MOST_STROKES}})
    points = (stroke.get("points") for stroke in strokes if isinstance(stroke, Mapping))
    if sum(len(found) for found in points if isinstance(found, list)) > MOST_POINTS:
        raise serializers.ValidationError({"strokes": TOO_MANY_POINTS % {"most": MOST_POINTS}})


class CarrySerializer(serializers.Serializer[Any]):
    frames = serializers.IntegerField(
        min_value=1,
        max_value=MOST_CARRIED,
        default=FRAMES_CARRIED,
        error_messages={
            name: _("Carry a mask to 1 to 24 frames at once.")
            for name in ("invalid", "min_value", "max_value")
        },
    )


class AcceptSerializer(serializers.Serializer[Any]):
    carried_from = serializers.IntegerField(
        help_text=_("The label that is carried here."),
        error_messages={
            "required": _("Name the label that is carried."),
            "invalid": _("Name the label by its number."),
        },
    )


class DrawnSerializer(serializers.ModelSerializer[Label]):
    """A label; `share` is null for a word on the whole frame. One with `withdrawn_at` does not count."""

    frame = serializers.CharField(source="frame.public_id", read_only=True)
    share = serializers.FloatField(source="mask_share", allow_null=True)
    carried_from = serializers.IntegerField(source="carried_from_id", allow_null=True)
    overtaken = serializers.CharField(
        default="", help_text=_("A sentence where somebody else saved a label meanwhile; theirs is kept.")
    )

    class Meta:
        model = Label
        fields = (
            "id", "frame", "verdict", "share", "threshold", "carried_from", "overtaken", "created_at", "withdrawn_at",
        )  # fmt: skip


class ProposalSerializer(serializers.Serializer[Any]):
    frame = serializers.CharField()
    at = serializers.CharField(help_text=_("Time of the frame, in the place's zone."))
    picture = serializers.CharField()
    inspect = serializers.CharField()
    accept = serializers.CharField(help_text=_("Where to POST its acceptance."))
    labelled = serializers.BooleanField(help_text=_("Whether the frame has a label already."))
    found = serializers.BooleanField(help_text=_("Whether the place was found again, or looks alone decide."))
    share = serializers.FloatField()
    overlay = serializers.CharField(allow_blank=True)
    trouble = serializers.CharField(allow_blank=True, help_text=_("Why there is no mask to accept."))


class CarriedSerializer(serializers.Serializer[Any]):
    carried_from = serializers.IntegerField()
    proposals = ProposalSerializer(many=True)


def said(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    """What was sent, within its limits. Raises ParseError with the first sentence of what is wrong."""
    if not serializer.is_valid():
        raise ParseError(first_sentence(serializer.errors))
    return dict(serializer.validated_data)


def first_sentence(errors: Any) -> str:
    while not isinstance(errors, str):
        errors = next(filter(None, errors.values() if isinstance(errors, Mapping) else errors))
    return str(errors)


def drawing_from(words: Mapping[str, Any]) -> Drawing:
    marks = tuple(Mark(**mark) for mark in words.get("marks", ()))
    strokes = tuple(Stroke(**stroke) for stroke in words.get("strokes", ()))
    return Drawing(marks, words["threshold"], words["smoothing"], words["edge"], words["layer"], strokes)
