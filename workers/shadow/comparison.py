"""What a promotion would change, in figures that a page can show at once: computed here, and kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.metrics import kendall, spearman
from server.frames.models import Scorer
from server.frames.points import FestivityClass, class_within, house_limits, points
from server.scorers.lists import Pair, frames_of, houses_of, pair_of, seasons_of

TOPS = (10, 50)
MOST_NAMED = 8
MOST_LISTED = 20
MOST_PLACES = 5000
BINS = (-100, -40, -20, -10, -5, -2, -0.5, 0.5, 2, 5, 10, 20, 40, 100)
Row = dict[str, Any]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Lists:
    """Houses (rows) with points, standings and ranks under both scorers; nan where a house is not on a list."""

    rows: list[Row]
    points: tuple[Doubles, Doubles]
    standings: tuple[Doubles, Doubles]
    ranks: tuple[Doubles, Doubles]

    @property
    def on(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        return ~np.isnan(self.points[0]), ~np.isnan(self.points[1])

    @property
    def changes(self) -> Doubles:
        """Points more or less, where a house without lights has none."""
        return np.nan_to_num(self.points[1]) - np.nan_to_num(self.points[0])


def compare(scorer: Scorer) -> dict[str, Any]:
    """Empty where there is nothing to compare with."""
    pair = pair_of(scorer)
    return compared(pair, lists_of(pair)) if pair else {}


def lists_of(pair: Pair) -> Lists:
    rows = houses_of(pair)
    sides = (("before", pair.before), ("after", pair.after))
    return Lists(
        rows=rows,
        points=tuple(points_of(rows, side, scorer) for side, scorer in sides),  # type: ignore[arg-type]
        standings=tuple(column(rows, f"standing_{side}") for side, _ in sides),  # type: ignore[arg-type]
        ranks=tuple(ranks_of(column(rows, f"standing_{side}")) for side, _ in sides),  # type: ignore[arg-type]
    )


def compared(pair: Pair, lists: Lists) -> dict[str, Any]:
    old, new = lists.on
    both = old & new
    standings = [one[both] for one in lists.standings]
    return {
        "before": pair.before.hash,
        "after": pair.after.hash,
        "season": pair.season.name,
        "houses": {
            "before": int(old.sum()),
            "after": int(new.sum()),
            "both": int(both.sum()),
            "appear": int((new & ~old).sum()),
            "vanish": int((old & ~new).sum()),
        },
        "spearman": figure(spearman(*standings)) if both.sum() > 1 else None,
        "kendall": figure(kendall(*standings)) if both.sum() > 1 else None,
        "tops": [top(lists, count) for count in TOPS],
        "risers": [told(lists, row) for row in moved(lists, both, up=True)],
        "fallers": [told(lists, row) for row in moved(lists, both, up=False)],
        "appearing": [told(lists, row) for row in brightest(lists.points[1], new & ~old)],
        "vanishing": [told(lists, row) for row in brightest(lists.points[0], old & ~new)],
        "classes": classes(pair, lists),
        "frames": {"before": frame_figures(pair.before), "after": frame_figures(pair.after)},
        "histogram": histogram(lists.changes),
        "seasons": seasons_of(pair),
        "places": places(lists),
    }


def points_of(rows: Sequence[Row], side: str, scorer: Scorer) -> Doubles:
    return np.array(
        [
            np.nan if row[f"festivity_{side}"] is None else points(row[f"festivity_{side}"], scorer.card)
            for row in rows
        ]
    )


def column(rows: Sequence[Row], name: str) -> Doubles:
    return np.array([np.nan if row[name] is None else row[name] for row in rows], dtype=np.float64)


def ranks_of(standings: Doubles) -> Doubles:
    """From 1, as the board counts: by standing, then in the order of the rows."""
    found = np.full(len(standings), np.nan)
    order = [row for row in np.argsort(-standings, kind="stable") if not np.isnan(standings[row])]
    found[order] = np.arange(1, len(order) + 1)
    return found


def top(lists: Lists, count: int) -> dict[str, Any]:
    """Who comes into the best `count`, and who leaves them."""
    old, new = (ranks <= count for ranks in lists.ranks)
    return {
        "count": count,
        "stay": int((old & new).sum()),
        "entries": [told(lists, row) for row in in_order(lists.ranks[1], new & ~old)],
        "leavers": [told(lists, row) for row in in_order(lists.ranks[0], old & ~new)],
    }


def in_order(ranks: Doubles, among: NDArray[np.bool_]) -> list[int]:
    rows: list[int] = np.flatnonzero(among).tolist()
    return sorted(rows, key=lambda row: float(ranks[row]))


def moved(lists: Lists, among: NDArray[np.bool_], *, up: bool) -> list[int]:
    """The rows whose points changed most in one direction."""
    changes = lists.changes if up else -lists.changes
    rows = [int(row) for row in np.argsort(-changes, kind="stable") if among[row] and changes[row] > 0]
    return rows[:MOST_NAMED]


def brightest(values: Doubles, among: NDArray[np.bool_]) -> list[int]:
    return in_order(-values, among)[:MOST_LISTED]


def told(lists: Lists, row: int) -> Row:
    """What the page says of a house."""
    house = lists.rows[row]
    before, after = (number(side[row]) for side in lists.points)
    ranks = [number(side[row]) for side in lists.ranks]
    return {
        "house": house["public_id"],
        "name": house["name"],
        "before": before,
        "after": after,
        "change": round(float(lists.changes[row]), 1),
        "rank_before": ranks[0] and int(ranks[0]),
        "rank_after": ranks[1] and int(ranks[1]),
        "frame": house["frame_after"] or house["frame_before"],
    }


def classes(pair: Pair, lists: Lists) -> list[dict[str, Any]]:
    """How many houses are in each class, by the limits of each scorer's own card."""
    counts = []
    for side, scorer in (("before", pair.before), ("after", pair.after)):
        limits = house_limits(scorer.card)
        values = [row[f"festivity_{side}"] for row in lists.rows if row[f"festivity_{side}"] is not None]
        counts.append(Counter(class_within(value, limits) for value in values))
    return [
        {"name": name, "before": counts[0][name], "after": counts[1][name]}
        for name in (FestivityClass.MOST, FestivityClass.MANY, FestivityClass.SOME)
    ]


def frame_figures(scorer: Scorer) -> dict[str, Any]:
    found = frames_of(scorer)
    return found | {"mean": round(float(found["mean"] or 0), 5)}


def histogram(changes: Doubles) -> list[dict[str, Any]]:
    counts = np.histogram(changes, bins=np.array(BINS, dtype=np.float64))[0]
    return [
        {"least": least, "most": most, "houses": int(count)}
        for least, most, count in zip(BINS[:-1], BINS[1:], counts, strict=True)
    ]


def places(lists: Lists) -> list[list[Any]]:
    """lon, lat, change in points and public id of the houses that change, the greatest changes last; at most 5,000."""
    changes = lists.changes
    order = [row for row in np.argsort(np.abs(changes), kind="stable") if abs(changes[row]) >= 0.05]
    return [
        [
            round(lists.rows[row]["lon"], 6),
            round(lists.rows[row]["lat"], 6),
            round(float(changes[row]), 1),
            lists.rows[row]["public_id"],
        ]
        for row in order[-MOST_PLACES:]
    ]


def number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def figure(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)
