"""Picture files into an index: what is there already is left out, and what was done is kept when the work stops."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ml.pictures import read_picture
from ml.tools.search.index import Entry, Index, Look, check_maker
from ml.tools.search.looker import Looker
from ml.types import MlError

KEEP_EVERY_S = 30.0


@dataclass
class Tally:
    """What became of the pictures: `added` + `known` + len(`refused`) is how many were named; `refused` has the reason."""

    added: int = 0
    known: int = 0
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def done(self) -> int:
        return self.added + self.known + len(self.refused)


def register(
    index: Index,
    looker: Looker,
    paths: Sequence[Path],
    keep: Callable[[Index], None],
    report: Callable[[Tally], None] = lambda tally: None,
) -> tuple[Index, Tally]:
    """Look at every picture that the index does not have yet; a file that has changed since is looked at anew.

    `keep` is called with the index every 30 s and at the end, also where the work is interrupted; `report` after every picture.
    A picture that cannot be read or shows nothing is refused, and the rest goes on. Raises SearchError.
    """
    check_maker(index, looker.maker)
    stamps = {entry.name: entry.stamp for entry in index.entries}
    waiting: dict[Entry, tuple[Look, ...]] = {}
    tally, kept_at = Tally(), time.monotonic()
    try:
        for path in dict.fromkeys(path.resolve() for path in paths):
            try:
                name, stamp = str(path), stamp_of(path)
                if stamps.get(name) == stamp:
                    tally.known += 1
                else:
                    looks = looker.look(read_picture(path))
                    waiting[Entry(name, stamp, len(looks))] = looks
                    tally.added += 1
            except MlError as error:
                tally.refused[str(path)] = str(error)
            report(tally)
            if waiting and time.monotonic() - kept_at > KEEP_EVERY_S:
                index, waiting, kept_at = index.with_looks(waiting), {}, time.monotonic()
                keep(index)
    finally:
        if waiting:
            index = index.with_looks(waiting)
            keep(index)
    return index, tally


def stamp_of(path: Path) -> str:
    """Size and time of the last change; empty where there is no file, whose reading then says so."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size}-{found.st_mtime_ns}"
