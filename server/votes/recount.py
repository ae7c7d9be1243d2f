"""Computes the places of a tally anew from its own numbers, by the published formula, and tells whether they agree.

Needs nothing but Python: `python -m server.votes.recount FILE`.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from server.houses.standing import standing

CLOSE = 1e-9
MOST_SHOWN = 20


@dataclass(frozen=True)
class Row:
    """A house in a category: what its place follows from, and what the tally says that it is."""

    category: str
    goes_with: str
    house: str
    age: int
    votes: int
    points: float
    novelty: float | None
    k: int
    standing: float
    rank: int

    @property
    def worth(self) -> float:
        """What the votes are weighed against, 0 to 100."""
        if self.goes_with == "novelty":
            return self.novelty or 0.0
        return self.points if self.goes_with == "points" else 0.0


class NoTally(Exception):
    """The file is none; the message is a sentence."""


def read_rows(path: Path) -> list[Row]:
    """The rows of a tally, JSON or CSV. Raises NoTally."""
    try:
        text = path.read_text(encoding="utf-8")
        raw = json.loads(text)["rows"] if path.suffix == ".json" else list(csv.DictReader(text.splitlines()))
        return [row_of(fields) for fields in raw]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoTally(f"{path} is no tally that can be read: {error!r}.") from error


def row_of(fields: dict[str, str]) -> Row:
    return Row(
        category=str(fields["category"]),
        goes_with=str(fields["goes_with"]),
        house=str(fields["house"]),
        age=int(fields["age"]),
        votes=int(fields["votes"]),
        points=float(fields["points"]),
        novelty=None if fields["novelty"] in ("", None) else float(fields["novelty"]),
        k=int(fields["k"]),
        standing=float(fields["standing"]),
        rank=int(fields["rank"]),
    )


def ranked(rows: Iterable[Row]) -> Iterator[tuple[Row, float, int]]:
    """Each row with the standing and the rank that follow: by standing, the house that was found first where two are alike."""
    for _category, found in groupby(sorted(rows, key=lambda row: row.category), key=lambda row: row.category):
        stands = [(row, standing(row.worth, row.votes, row.k)) for row in found]
        stands.sort(key=lambda one: (-one[1], one[0].age))
        yield from ((row, value, rank) for rank, (row, value) in enumerate(stands, 1))


def disagreements(rows: Iterable[Row]) -> list[str]:
    """A sentence for each house whose standing or rank does not follow."""
    return [
        f"{row.category}: {row.house} has standing {row.standing:.6f} and rank {row.rank};"
        f" {value:.6f} and {rank} follow from its {row.votes} votes."
        for row, value, rank in ranked(rows)
        if rank != row.rank or abs(value - row.standing) > CLOSE
    ]


def report(path: Path) -> tuple[str, bool]:
    """What came of it, in words, and whether all agrees. Raises NoTally."""
    rows = read_rows(path)
    wrong = disagreements(rows)
    categories = len({row.category for row in rows})
    if not wrong:
        return f"{len(rows)} places in {categories} categories agree with the formula.", True
    more = [f"… and {len(wrong) - MOST_SHOWN} more."] if len(wrong) > MOST_SHOWN else []
    head = f"{len(wrong)} of {len(rows)} places do not follow from the formula:"
    return "\n".join([head, *wrong[:MOST_SHOWN], *more]), False


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("Name the file of a tally.", file=sys.stderr)
        return 2
    try:
        said, agrees = report(Path(arguments[0]))
    except NoTally as error:
        print(error, file=sys.stderr)
        return 2
    print(said)
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
