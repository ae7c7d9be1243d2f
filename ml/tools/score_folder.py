"""A folder of scores that can be left and taken up again: what is in it need not be scored a second time.

`scores.jsonl` holds one JSON object per picture and is the truth; `scores.csv` holds the same as a table. Both grow
with every picture, so that a run that was stopped leaves what it had.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from ml.types import MlError

Line = dict[str, Any]

COLUMNS = (
    "path", "festivity", "points", "class", "regions", "map", "overlay", "scorer", "sha256", "error",
)  # fmt: skip


class ScoreFolderError(MlError):
    """A folder of scores cannot be written, or holds what does not go with this run."""


class ScoreFolder:
    """Lines of one scorer in a folder, one per path; refused pictures have an `error` and are tried again.

    Raises ScoreFolderError where the folder holds scores of another scorer; `force` begins anew instead.
    """

    def __init__(self, folder: Path, scorer: str, force: bool = False) -> None:
        self.folder = folder
        self.journal, self.table = folder / "scores.jsonl", folder / "scores.csv"
        found = {} if force else {line["path"]: line for line in lines_of(self.journal)}
        others = {line["scorer"] for line in found.values() if "scorer" in line} - {scorer}
        if others:
            raise ScoreFolderError(
                f"{folder} holds scores of another scorer ({min(others)}, this one is {scorer}); "
                "name another folder, or begin anew with --force."
            )
        self._lines: dict[str, Line] = {path: line for path, line in found.items() if "error" not in line}
        self._open = ExitStack()

    @property
    def lines(self) -> list[Line]:
        """All lines in the order in which their pictures came."""
        return list(self._lines.values())

    def known(self, path: Path, sha256: str) -> Line | None:
        """The line of these bytes at this path, while the files that it names are there; None otherwise."""
        line = self._lines.get(path_of(path))
        if line is None or line.get("sha256") != sha256:
            return None
        files = [self.folder / line[name] for name in ("map", "overlay") if line.get(name)]
        return line if all(file.is_file() for file in files) else None

    def free_name(self, stem: str, kind: str, suffix: str) -> str:
        """`kind`/`stem``suffix`, or with -2, -3 and so on, that no other line names."""
        taken = {line.get(kind.removesuffix("s")) for line in self._lines.values()}
        name, number = f"{kind}/{stem}{suffix}", 1
        while name in taken:
            number += 1
            name = f"{kind}/{stem}-{number}{suffix}"
        return name

    def forget(self, path: Path) -> None:
        """Drop the line of a picture that is scored anew, so that its names are free."""
        self._lines.pop(path_of(path), None)

    def add(self, line: Line) -> None:
        """Write one line to both files, at once."""
        self._lines[line["path"]] = line
        self._journal.write(json.dumps(line) + "\n")
        csv.DictWriter(self._table, COLUMNS).writerow(row_of(line))
        self._journal.flush()
        self._table.flush()

    def __enter__(self) -> ScoreFolder:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._rewrite()
            self._journal: IO[str] = self._open.enter_context(self.journal.open("a", encoding="utf-8"))
            self._table: IO[str] = self._open.enter_context(
                self.table.open("a", encoding="utf-8", newline="")
            )
        except OSError as error:
            self._open.close()
            raise ScoreFolderError(f"{self.folder} cannot be written: {error.strerror}.") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        self._rewrite()

    def _rewrite(self) -> None:
        """Both files from the lines at hand, each replaced in one step."""
        journal, table = self.journal.with_suffix(".jsonl.part"), self.table.with_suffix(".csv.part")
        journal.write_text("".join(json.dumps(line) + "\n" for line in self.lines), encoding="utf-8")
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(row_of(line) for line in self.lines)
        journal.replace(self.journal)
        table.replace(self.table)


def path_of(path: Path) -> str:
    """How a picture is named in the folder: by its absolute path."""
    return str(path.absolute())


def row_of(line: Line) -> Line:
    """A line as a row of the table; regions by their number."""
    row = {name: line.get(name, "") for name in COLUMNS}
    return row | ({"regions": len(line["regions"])} if "regions" in line else {})


def lines_of(journal: Path) -> Iterator[Line]:
    """Lines of a journal, none where there is none; what a killed run left half written is passed over."""
    if not journal.is_file():
        return
    for text in journal.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            line = json.loads(text)
        except json.JSONDecodeError:
            continue
        if isinstance(line, dict) and isinstance(line.get("path"), str):
            yield line
