"""Reads what an address asks of a board. Whatever is wrong gets a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from server.boards.question import Against, Question
from server.core.api import BoxField
from server.houses.features import NamedField, SeasonAskedSerializer, within_the_calendar
from server.houses.models import Neighbourhood
from server.maps.search import LONGEST


class WordsField(serializers.CharField):
    """Part of a name; what no name can hold is left out."""

    def to_internal_value(self, text: Any) -> str:
        return str(super().to_internal_value(text)).replace("\0", "").strip()

    def run_validators(self, value: Any) -> None:
        """A NUL is left out above rather than refused."""
        if len(value) > LONGEST:
            raise serializers.ValidationError(_("Look for fewer letters: at most 100."))


class BoardAskedSerializer(SeasonAskedSerializer):
    q = WordsField(
        required=False,
        allow_blank=True,
        source="words",
        help_text="Part of the name of a street or a neighbourhood, or a house's id.",
    )


class EveningAskedSerializer(BoardAskedSerializer):
    evening = serializers.DateField(
        required=False,
        validators=[within_the_calendar],
        help_text="Counts the houses seen from noon of this date to the next noon.",
    )


class ImprovedAskedSerializer(EveningAskedSerializer):
    against = serializers.ChoiceField(
        choices=Against.choices, required=False, help_text="What houses are compared with."
    )

    def validate_against(self, chosen: str) -> Against:
        return Against(chosen)


class HousesAskedSerializer(EveningAskedSerializer):
    neighbourhood = NamedField(
        Neighbourhood.objects.all(),
        slug_field="slug",
        sentence=_("There is no neighbourhood of that name."),
        help_text="The neighbourhood's slug.",
    )
    bbox = BoxField(required=False, help_text="west,south,east,north in degrees")


def question_of(query: Mapping[str, Any], asked_by: type[BoardAskedSerializer]) -> Question:
    """What an address asks; empty fields of a form ask nothing. Raises ValidationError with a sentence for each wrong one."""
    asked = asked_by(data={name: text for name, text in query.items() if text != ""})
    asked.is_valid(raise_exception=True)
    return Question(**asked.validated_data)
