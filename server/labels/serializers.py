"""What the labelling page sends, held to its limits with a sentence for each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ParseError

from server.labels.drawing import MOST_CLICKS, MOST_SMOOTHING, THRESHOLD, Drawing, Mark
from server.labels.models import Label
from server.labels.queries import FRAMES_CARRIED, MOST_CARRIED

IN_PICTURE = _("Clicks and boxes lie in the picture: x and y from 0 to 1.")
BOX = _("The far corner of a box lies to the right of the first and below it.")
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


class MarkSerializer(serializers.Serializer[Any]):
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


class DrawingSerializer(serializers.Serializer[Any]):
    """Marks and how they become a mask; no mark at all means: nothing festive here."""

    marks = MarkSerializer(many=True, required=False)
    threshold = Within(-1, 1, _("The threshold lies between -1 and 1."), default=THRESHOLD)
    smoothing = Within(0, MOST_SMOOTHING, _("Smoothing lies between 0 and 10 patches."), default=0.0)
    edge = serializers.ChoiceField(choices=Label.Edge.choices, default=Label.Edge.LIGHT)
    layer = serializers.IntegerField(min_value=1, max_value=99, default=1)
    based_on = serializers.IntegerField(
        required=False, allow_null=True, help_text=_("The newest label that was known when drawing began.")
    )

    def to_internal_value(self, given: Any) -> dict[str, Any]:
        marks = given.get("marks") if isinstance(given, Mapping) else None
        if isinstance(marks, list) and len(marks) > MOST_CLICKS:
            raise serializers.ValidationError({"marks": TOO_MANY % {"most": MOST_CLICKS}})
        return super().to_internal_value(given)


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


class PreviewSerializer(serializers.Serializer[Any]):
    share = serializers.FloatField(help_text=_("Share of the picture that the mask covers."))
    overlay = serializers.CharField(help_text=_("The mask over the picture, as a data: address of a PNG."))


class DrawnSerializer(serializers.ModelSerializer[Label]):
    """A label; `share` is null for a word on the whole frame."""

    frame = serializers.CharField(source="frame.public_id", read_only=True)
    share = serializers.FloatField(source="mask_share", allow_null=True)
    carried_from = serializers.IntegerField(source="carried_from_id", allow_null=True)
    overtaken = serializers.CharField(
        default="", help_text=_("A sentence where somebody else saved a label meanwhile; theirs is kept.")
    )

    class Meta:
        model = Label
        fields = ("id", "frame", "verdict", "share", "threshold", "carried_from", "overtaken", "created_at")


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
    return Drawing(marks, words["threshold"], words["smoothing"], words["edge"], words["layer"])
