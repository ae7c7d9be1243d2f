"""What a board is asked: a season, an evening, words to look for, what to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from server.frames.models import Scorer
from server.frames.points import house_parameters
from server.frames.queries import live_scorer
from server.houses.models import Neighbourhood, Season
from server.houses.queries import Box, current_season
from server.maps.search import ACCENTS, PLAIN, escape, fold


class Against(TextChoices):
    """What a house is compared with."""

    DRIVE = "drive", _("the drive before")
    SEASON = "season", _("the season before")


@dataclass(frozen=True)
class Question:
    """A board of `season` (the current one) under the live scorer, of houses seen on `evening`, of lines that hold `words`;
    that of houses also of a `neighbourhood`, or within `bbox` (west, south, east, north)."""

    season: Season | None = None
    evening: date | None = None
    words: str = ""
    against: Against = Against.DRIVE
    neighbourhood: Neighbourhood | None = None
    bbox: Box | None = None

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
            "bbox": ",".join(f"{side:.12g}" for side in self.bbox or ()),
        }
        return urlencode({name: text for name, text in said.items() if text}, safe=",")


def pattern_of(words: str) -> str | None:
    """For LIKE over folded names; none where nothing is looked for."""
    wanted = escape(fold(words))
    return f"%{wanted}%" if wanted else None
