"""What is read of competitions. Every public reading shows visible houses only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from server.competitions.models import Award, Category, Competition, Entry
from server.competitions.tally import votes_of
from server.core.sql import fetch_rows
from server.core.zone import place_zone
from server.frames.models import Scorer
from server.frames.queries import live_scorer
from server.houses.models import House, Season
from server.houses.queries import RankedHouse, ranked_houses, season_on
from server.maps.search import ACCENTS, PLAIN, escape, fold

PLACES = 3
"""So many places of each category are announced."""


@dataclass(frozen=True)
class ShownEntry:
    """An entry that anyone may see, with its house as the site ranks it; `seen` within the competition's dates."""

    entry: Entry
    house: RankedHouse
    seen: bool


@dataclass(frozen=True)
class Placed:
    """`worth`: the points, the novelty or the votes that decided. `award` is there once the result is announced."""

    place: int
    worth: float
    shown: ShownEntry
    award: Award | None = None

    @property
    def whole(self) -> int:
        """Its worth where that is a number of votes."""
        return round(self.worth)


@dataclass(frozen=True)
class CategoryResult:
    category: Category
    places: tuple[Placed, ...]


def today() -> date:
    """At the place."""
    return timezone.now().astimezone(place_zone()).date()


def ground_of(competition: Competition) -> tuple[Scorer | None, Season | None]:
    """The live scorer, and the season that the competition's last day belongs to, else its first."""
    return live_scorer(), season_on(competition.ends_on) or season_on(competition.starts_on)


def eligible(
    competition: Competition, words: str = "", house_ids: Sequence[int] | None = None
) -> list[dict[str, Any]]:
    """Houses where it is held, by street: `id`, `public_id`, and whether one was `seen` lit within its dates."""
    scorer, season = ground_of(competition)
    if scorer is None or season is None:
        return []
    wanted = escape(fold(words.replace("\0", "").strip()))
    asked = {
        "competition": competition.pk,
        "scorer": scorer.pk,
        "season": season.pk,
        "starts_on": competition.starts_on,
        "ends_on": competition.ends_on,
        "houses": house_ids,
        "pattern": f"%{wanted}%" if wanted else None,
        "accents": ACCENTS,
        "plain": PLAIN,
    }
    return fetch_rows("competitions/eligible.sql", asked)


def is_eligible(competition: Competition, house: House) -> bool:
    return bool(eligible(competition, house_ids=[house.pk]))


def held_around(house_id: int) -> list[Competition]:
    """Those under way today where the house stands."""
    rows = fetch_rows("competitions/held_around.sql", {"house": house_id, "on": today()})
    found = Competition.objects.in_bulk([row["id"] for row in rows])
    return [found[row["id"]] for row in rows]


def shown_entries(competition: Competition) -> list[ShownEntry]:
    """Entries that anyone may see, by the site's rank. Their houses stand where it is held, and on the list of its season."""
    scorer, season = ground_of(competition)
    entries = {entry.house_id: entry for entry in competition.entries.shown()}
    if scorer is None or season is None or not entries:
        return []
    inside = {row["id"]: row for row in eligible(competition, house_ids=list(entries))}
    named = [row["public_id"] for row in inside.values()]
    houses = ranked_houses(scorer, season, public_ids=named).houses if named else ()
    return [ShownEntry(entries[one.house_id], one, inside[one.house_id]["seen"]) for one in houses]


def standing_now(competition: Competition) -> list[CategoryResult]:
    """How the entries stand by today's ranks; only what was seen within the dates counts."""
    shown = [one for one in shown_entries(competition) if one.seen]
    return [CategoryResult(one, placed(one, shown, competition)) for one in competition.categories.all()]


def placed(category: Category, shown: Sequence[ShownEntry], competition: Competition) -> tuple[Placed, ...]:
    """In order of what decides; the site's rank decides between equals."""
    worth = worth_in(category, shown, competition)
    taking_part = sorted(
        (one for one in shown if one.house.house_id in worth), key=lambda one: place_in(category, one, worth)
    )
    return tuple(
        Placed(number, worth[one.house.house_id], one) for number, one in enumerate(taking_part, start=1)
    )


def worth_in(category: Category, shown: Sequence[ShownEntry], competition: Competition) -> dict[int, float]:
    """By the id of a house; those that have nothing to be ranked by are missing."""
    houses = [one.house for one in shown]
    if category.counts == Category.Counts.NOVELTY:
        return {house.house_id: house.novelty for house in houses if house.novelty is not None}
    if category.counts == Category.Counts.POINTS:
        return {house.house_id: house.points for house in houses}
    _scorer, season = ground_of(competition)
    if season is None or category.votes_in is None:
        return {}
    return dict(votes_of([house.house_id for house in houses], season, category.votes_in))


def place_in(category: Category, one: ShownEntry, worth: dict[int, float]) -> tuple[float, int]:
    if category.counts == Category.Counts.NOVELTY:
        return one.house.novelty_rank or 0, one.house.rank
    if category.counts == Category.Counts.VOTES:
        return -worth[one.house.house_id], one.house.rank
    return one.house.rank, one.house.rank


def announced(competition: Competition) -> list[CategoryResult]:
    """The result as it was announced, less the houses that are no longer on the map. Places do not move up."""
    shown = {one.entry.pk: one for one in shown_entries(competition)}
    awards = Award.objects.shown().filter(category__competition=competition)
    of_category: dict[int, list[Placed]] = {}
    for award in awards:
        if award.entry_id in shown:
            place = Placed(award.place, award.worth, shown[award.entry_id], award)
            of_category.setdefault(award.category_id, []).append(place)
    return [CategoryResult(one, tuple(of_category.get(one.pk, ()))) for one in competition.categories.all()]


def awards_of_house(house_id: int) -> list[Award]:
    """What a house won, the latest first."""
    won = Award.objects.shown().filter(entry__house_id=house_id).select_related("category__competition")
    return list(won.order_by("-category__competition__ends_on", "place", "pk"))
