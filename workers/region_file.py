"""All regions of one scorer in three files side by side, to be searched where they lie: nothing is read into memory before it is
asked for, and all processes of a machine share the pages.

Rows are only ever added at the end, by one process at a time; ids come last, so that a row counts once it is whole. Where
regions are gone from the database, the files are written anew beside the old ones, and take their place at once.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml.tools.search.things import PROTOTYPES

FORMAT = 1
FIRST = "first"
IDS, VECTORS, THINGS = "ids", "vectors", "things"
Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """`ids` (N,) of regions, CLS `vectors` (N, D) float16 of length 1, `things` (N, 8, D) int8; zeros where there is nothing."""

    ids: Ids
    vectors: NDArray[np.float16]
    things: NDArray[np.int8]

    def chosen(self, rows: NDArray[np.bool_]) -> Self:
        return type(self)(self.ids[rows], self.vectors[rows], self.things[rows])


class RegionFile:
    """The files of one scorer below `folder`; `dimension` is that of its vectors. `current` names the folder that they lie in."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self.folder = folder / f"{FORMAT}-{dimension}"
        self.dimension = dimension
        self.shapes: dict[str, tuple[Any, tuple[int, ...]]] = {
            THINGS: (np.int8, (PROTOTYPES, dimension)),
            VECTORS: (np.float16, (dimension,)),
            IDS: (np.int64, ()),
        }

    @property
    def present(self) -> Path:
        pointer = self.folder / "current"
        return self.folder / ((pointer.read_text() if pointer.exists() else "") or FIRST)

    def rows(self) -> Rows:
        """What is there, as memory maps; read again where other files took their place meanwhile."""
        present = self.present
        found = {name: self.mapped(present / name) for name in self.shapes}
        count = min(map(len, found.values()))
        rows = Rows(found[IDS][:count], found[VECTORS][:count], found[THINGS][:count])
        return rows if self.present == present else self.rows()

    def mapped(self, path: Path) -> NDArray[Any]:
        kind, shape = self.shapes[path.name]
        try:
            count = path.stat().st_size // row_bytes(kind, shape)
            return np.memmap(path, kind, "r", shape=(count, *shape)) if count else np.zeros((0, *shape), kind)
        except FileNotFoundError:
            return np.zeros((0, *shape), kind)

    def add(self, rows: Rows) -> None:
        """Puts more rows behind the last whole one. Only for one who holds the lock."""
        self.write(rows, self.present, known=len(self.rows().ids))

    def write(self, rows: Rows, present: Path, known: int) -> None:
        present.mkdir(parents=True, exist_ok=True)
        for name, (kind, shape) in self.shapes.items():
            with (present / name).open("ab") as file:
                file.truncate(known * row_bytes(kind, shape))
                file.write(np.ascontiguousarray(getattr(rows, name), dtype=kind).tobytes())
                file.flush()
                os.fsync(file.fileno())

    def replace(self, rows: Rows) -> None:
        """The files hold these rows and no others, from one moment to the next. Only for one who holds the lock.

        What a writer that died began is cleared away.
        """
        new = self.folder / secrets.token_hex(4)
        self.write(rows, new, known=0)
        pointer = self.folder / "next"
        with pointer.open("w") as file:
            file.write(new.name)
            file.flush()
            os.fsync(file.fileno())
        pointer.replace(self.folder / "current")
        for folder in self.folder.iterdir():
            if folder.is_dir() and folder != new:
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[bool]:
        """Whether this process may add; False at once while another one does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True


def row_bytes(kind: Any, shape: tuple[int, ...]) -> int:
    return int(np.dtype(kind).itemsize * np.prod(shape, dtype=int))
