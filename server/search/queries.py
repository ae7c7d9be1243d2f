"""What is read for a search and of it. Whatever was found, only houses that are on the map now are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from server.core.sql import fetch_rows
from server.frames.models import Scorer
from server.frames.queries import live_scorer
from server.houses.models import House, Season
from server.houses.queries import RankedHouse, current_season, ranked_houses
from server.houses.seasons import season_moments
from server.search.likeness import Likeness, in_words, percent
from server.search.models import PhotoSearch

LOOKS_PER_HOUSE = 16
OWN_LOOKS = 4
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class StoredLook:
    """A region's vector as it is stored (float16 bytes), with the public id of the house that it shows."""

    house: str
    vector: bytes


@dataclass(frozen=True)
class FoundHouse:
    """A house on the list of a search. `number` counts from 1 for the likest; `crop` as in PhotoSearch."""

    number: int
    house: RankedHouse
    likeness: float
    percent: int
    words: Likeness
    crop: Box | None

    @property
    def part(self) -> dict[str, float] | None:
        """The crop as a rectangle in a drawing of 4 by 3; None where it is the whole picture or there is none."""
        if self.crop is None or self.crop == (0, 0, 1, 1):
            return None
        x0, y0, x1, y1 = self.crop
        return {"x": 4 * x0, "y": 3 * y0, "width": 4 * (x1 - x0), "height": 3 * (y1 - y0)}


@dataclass(frozen=True)
class Found:
    """The answer as it is shown; `season` is the one of the points."""

    houses: tuple[FoundHouse, ...] = ()
    season: Season | None = None


def edition(scorer: Scorer, season: Season) -> str:
    """Changes whenever the houses of the map or their regions do; read without reading any vector."""
    row = fetch_rows("search/edition.sql", {"scorer": scorer.pk, "season": season.pk})[0]
    return " ".join(str(part) for part in (scorer.hash, season.pk, *row.values()))


def looks_of_the_map(scorer: Scorer, season: Season) -> list[StoredLook]:
    """The regions of every house that is on the map of the season, house after house, the largest first, at most 16 each."""
    return stored_looks(scorer, season, house=None, at_most=LOOKS_PER_HOUSE)


def looks_of(house: House, scorer: Scorer, season: Season) -> list[StoredLook]:
    """The house's own largest regions, at most 4; none where it is not on the map of the season."""
    return stored_looks(scorer, season, house=house.pk, at_most=OWN_LOOKS)


def stored_looks(scorer: Scorer, season: Season, house: int | None, at_most: int) -> list[StoredLook]:
    starts_at, ends_at = season_moments(season)
    asked = {"scorer": scorer.pk, "season": season.pk, "starts_at": starts_at, "ends_at": ends_at}
    rows = fetch_rows("search/looks.sql", {**asked, "house": house, "at_most": at_most})
    return [StoredLook(row["public_id"], row["vector"]) for row in rows]


def found(search: PhotoSearch) -> Found:
    """The houses of a search that are on the map now, in its order."""
    scorer = live_scorer()
    season = current_season(scorer=scorer)
    if scorer is None or season is None or not search.matches:
        return Found(season=season)
    names = [match["house"] for match in search.matches]
    shown = {house.public_id: house for house in ranked_houses(scorer, season, public_ids=names).houses}
    kept = [match for match in search.matches if match["house"] in shown]
    return Found(numbered(kept, shown), season)


def numbered(matches: Sequence[dict[str, Any]], shown: dict[str, RankedHouse]) -> tuple[FoundHouse, ...]:
    return tuple(
        FoundHouse(
            number=number,
            house=shown[match["house"]],
            likeness=match["likeness"],
            percent=percent(match["likeness"]),
            words=in_words(match["likeness"]),
            crop=match["crop"] and tuple(match["crop"]),
        )
        for number, match in enumerate(matches, start=1)
    )
