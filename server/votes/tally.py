"""A season's votes without voters: everything that each place follows from."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from server.core.sql import fetch_rows
from server.frames.models import Scorer
from server.frames.queries import live_scorer
from server.houses.models import Season
from server.houses.standing import FORMULA, K
from server.votes.models import Category, GoesWith
from server.votes.recount import Row

WORTH = {
    GoesWith.POINTS.value: "worth = points",
    GoesWith.NOVELTY.value: "worth = novelty",
    GoesWith.NOTHING.value: "worth = 0",
}
WAYS = {
    GoesWith.POINTS.value: "by_points",
    GoesWith.NOVELTY.value: "by_novelty",
    GoesWith.NOTHING.value: "by_votes",
}
TIES = "Where two stand alike, the one that was found first (of lower age) comes first."
COLUMNS = (
    *("season", "scorer", "category", "goes_with", "house", "age", "votes"),
    *("points", "novelty", "k", "standing", "rank", "formula"),
)


@dataclass(frozen=True)
class Tally:
    """Places category by category, the best first. Where a category goes with points all houses of the season have one; with
    novelty those that have that; with nothing those with votes."""

    season: str
    scorer: str
    categories: tuple[Category, ...]
    rows: tuple[Row, ...]


def tally_of(season: Season) -> Tally | None:
    """The live scorer's; None where there is none."""
    scorer = live_scorer()
    if scorer is None:
        return None
    categories = tuple(Category.objects.all())
    rows = [row for category in categories for row in places(season, category, scorer)]
    return Tally(season=season.name, scorer=scorer.hash, categories=categories, rows=tuple(rows))


def places(season: Season, category: Category, scorer: Scorer, *, at_most: int | None = None) -> list[Row]:
    """The houses of a category by rank."""
    asked = {"scorer": scorer.pk, "season": season.pk, "category": category.pk, "at_most": at_most}
    ways = {way: way == WAYS[category.goes_with] for way in WAYS.values()}
    known: dict[str, Any] = {"category": category.slug, "goes_with": category.goes_with, "k": K}
    return [Row(**known, **row) for row in fetch_rows("votes/places.sql", {**asked, **ways})]


def json_lines(tally: Tally) -> Iterator[str]:
    """One document, a line for each place."""
    head: dict[str, Any] = {
        "season": tally.season,
        "scorer": tally.scorer,
        "k": K,
        "formula": FORMULA,
        "worth": WORTH,
        "ties": TIES,
        "categories": [
            {"slug": one.slug, "name": one.name, "goes_with": one.goes_with} for one in tally.categories
        ],
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": [\n'
    for number, row in enumerate(tally.rows):
        yield ("" if number == 0 else ",\n") + json.dumps(asdict(row))
    yield "\n]}\n"


def csv_lines(tally: Tally) -> Iterator[str]:
    """A table that says its formula in every row, so that a part of it is still understood."""
    yield ",".join(COLUMNS) + "\n"
    for row in tally.rows:
        formula = f"{FORMULA}; {WORTH[row.goes_with]}"
        fields = {**asdict(row), "season": tally.season, "scorer": tally.scorer, "formula": formula}
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(
            ["" if fields[name] is None else fields[name] for name in COLUMNS]
        )
        yield line.getvalue()
