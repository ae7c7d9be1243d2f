"""What is read for a search and of it. Whatever was found, only houses that are on the map now are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from server.core.sql import fetch_rows
from server.frames.models import Frame, Scorer
from server.frames.queries import live_scorer
from server.houses.models import House, HouseScore, Season
from server.houses.queries import RankedHouse, current_season, ranked_houses
from server.houses.seasons import season_moments
from server.search.likeness import Likeness, in_words, percent
from server.search.models import Box, PhotoSearch

OWN_LOOKS = 4


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


def shown_by(regions: Sequence[int], scorer: Scorer, season: Season) -> dict[int, str]:
    """Of these regions (ids) those that show a house of the season's map, with its public id."""
    starts_at, ends_at = season_moments(season)
    asked = {"scorer": scorer.pk, "season": season.pk, "starts_at": starts_at, "ends_at": ends_at}
    rows = fetch_rows("search/shown.sql", {**asked, "regions": list(regions)})
    return {row["region_id"]: row["public_id"] for row in rows}


def is_on_the_map(scorer: Scorer, season: Season) -> bool:
    """Whether there is any house to be found."""
    return HouseScore.objects.filter(scorer=scorer, season=season, house__hidden=False).exists()


def houses_at(frame: Frame, box: Box, scorer: Scorer) -> set[str]:
    """Public ids of the houses that the frame shows where the middle of the box lies."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    seen = frame.sightings.filter(scorer=scorer, suppressed=False, house__isnull=False)
    boxes = seen.values_list("house__public_id", "region__box")
    return {house for house, (x0, y0, x1, y1) in boxes if x0 <= x <= x1 and y0 <= y <= y1}


def house_in(frame: Frame) -> House | None:
    """The house on the map that a frame shows most of."""
    seen = frame.sightings.filter(scorer__live=True, suppressed=False, house__in=House.objects.visible())
    largest = seen.select_related("house").order_by("-region__share", "pk").first()
    return largest.house if largest else None


def lit_parts(frame: Frame) -> list[Box]:
    """The boxes of the frame's regions under the live scorer, the largest share first."""
    boxes = frame.regions.filter(scorer__live=True).order_by("-share", "pk").values_list("box", flat=True)
    return [(x0, y0, x1, y1) for x0, y0, x1, y1 in boxes]


def looks_of(house: House, scorer: Scorer, season: Season) -> list[bytes]:
    """The vectors of the house's own largest regions as they are stored, at most 4; none where it is not on the season's map."""
    starts_at, ends_at = season_moments(season)
    asked = {"scorer": scorer.pk, "season": season.pk, "starts_at": starts_at, "ends_at": ends_at}
    rows = fetch_rows("search/looks.sql", {**asked, "house": house.pk, "at_most": OWN_LOOKS})
    return [row["vector"] for row in rows]


def found(search: PhotoSearch) -> Found:
    """The houses of a search that are on the map now, in its order."""
    scorer = live_scorer()
    season = current_season(scorer=scorer)
    if scorer is None or season is None or not search.matches:
        return Found(season=season)
    names = [match["house"] for match in search.matches]
    shown = {house.public_id: house for house in ranked_houses(scorer, season, public_ids=names).houses}
    kept = [match for match in search.matches if match["house"] in shown]
    return Found(numbered(kept, shown, of_a_thing=search.frame_id is not None), season)


def numbered(
    matches: Sequence[dict[str, Any]], shown: dict[str, RankedHouse], of_a_thing: bool
) -> tuple[FoundHouse, ...]:
    return tuple(
        FoundHouse(
            number=number,
            house=shown[match["house"]],
            likeness=match["likeness"],
            percent=percent(match["likeness"]),
            words=in_words(match["likeness"], of_a_thing),
            crop=match["crop"] and tuple(match["crop"]),
        )
        for number, match in enumerate(matches, start=1)
    )
