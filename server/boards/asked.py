"""What may be asked of a board: a season, an evening, words to look for, what to compare with, and a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from server.frames.models import Scorer
from server.frames.points import house_parameters
from server.frames.queries import live_scorer
from server.houses.features import NamedField, SeasonAskedSerializer, within_the_calendar
from server.houses.models import Neighbourhood, Season
from server.houses.queries import current_season
from server.maps.search import ACCENTS, LONGEST, PLAIN, escape, fold


class Against(TextChoices):
    """What a house is compared with."""

    DRIVE = "drive", _("the drive before")
    SEASON = "season", _("the season before")


@dataclass(frozen=True)
class Question:
    """A board of `season` (the current one) under the live scorer, of houses seen on `evening`, of lines that hold `words`."""

    season: Season | None = None
    evening: date | None = None
    words: str = ""
    against: Against = Against.DRIVE
    neighbourhood: Neighbourhood | None = None

    @property
    def keys(self) -> dict[str, Any] | None:
        """Inputs that every board's SQL shares; none while there is no scorer or no season."""
        scorer, season = self.ground
        if scorer is None or season is None:
            return None
        return {
            "scorer": scorer.pk,
            "season": season.pk,
            **house_parameters(scorer.card),
            "evening": self.evening,
            "pattern": pattern_of(self.words),
            "accents": ACCENTS,
            "plain": PLAIN,
        }

    @property
    def ground(self) -> tuple[Scorer | None, Season | None]:
        scorer = live_scorer()
        return scorer, self.season or current_season(scorer=scorer)

    @property
    def query(self) -> str:
        """As an address asks it, without a page."""
        said = {
            "season": self.season.name if self.season else "",
            "evening": self.evening.isoformat() if self.evening else "",
            "neighbourhood": self.neighbourhood.slug if self.neighbourhood else "",
            "against": "" if self.against is Against.DRIVE else str(self.against),
            "q": self.words,
        }
        return urlencode({name: text for name, text in said.items() if text})


def pattern_of(words: str) -> str | None:
    """For LIKE over folded names; none where nothing is looked for."""
    wanted = escape(fold(words))
    return f"%{wanted}%" if wanted else None


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


def question_of(query: Mapping[str, Any], asked_by: type[BoardAskedSerializer]) -> Question:
    """What an address asks; empty fields of a form ask nothing. Raises ValidationError with a sentence for each wrong one."""
    asked = asked_by(data={name: text for name, text in query.items() if text != ""})
    asked.is_valid(raise_exception=True)
    return Question(**asked.validated_data)
