"""GPMF's grammar: four letters, a type, a size, a count, and the values (github.com/gopro/gpmf-parser, "GPMF KLV")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_BYTES = 8 * 2**20
MOST_ENTRIES = 20_000
DEEPEST = 6
WIDEST_ROW = 64
_HEADER_BYTES = 8
_DTYPES = {
    "b": "i1", "B": "u1", "s": ">i2", "S": ">u2", "l": ">i4", "L": ">u4", "j": ">i8", "J": ">u8", "f": ">f4", "d": ">f8",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One key with its values: `repeat` values of `size_bytes` each. A nested entry has the type "" and holds entries."""

    key: str
    type: str
    size_bytes: int
    repeat: int
    body: bytes


def entries(content: bytes) -> list[Entry]:
    """The entries side by side in `content`. Whatever breaks off or makes no sense ends the list."""
    found: list[Entry] = []
    at = 0
    while at + _HEADER_BYTES <= len(content) and len(found) < MOST_ENTRIES:
        key, size_bytes = content[at : at + 4], content[at + 5]
        repeat = int.from_bytes(content[at + 6 : at + 8], "big")
        begin, length = at + _HEADER_BYTES, size_bytes * repeat
        if begin + length > len(content) or not key.isalnum():
            break
        kind = chr(content[at + 4]) if content[at + 4] else ""
        found.append(Entry(key.decode("latin-1"), kind, size_bytes, repeat, content[begin : begin + length]))
        at = begin + (length + 3) // 4 * 4
    return found


def groups(payload: bytes) -> Iterator[dict[str, Entry]]:
    """Every nested group, outermost first, as its entries by key; of keys that come twice the last."""
    waiting = [(payload[:MOST_BYTES], 0)]
    seen = 0
    while waiting and seen < MOST_ENTRIES:
        content, depth = waiting.pop(0)
        found = entries(content)
        seen += len(found)
        yield {entry.key: entry for entry in found}
        if depth < DEEPEST:
            waiting += [(entry.body, depth + 1) for entry in found if entry.type == ""]


def rows(entry: Entry, types: str = "") -> NDArray[np.float64]:
    """The values of an entry as (rows, columns); `types` are the letters of a row of the complex type "?".

    (0, 0) where they are no numbers or do not fit the entry's size.
    """
    letters = spelled_out(types) if entry.type == "?" else entry.type
    if not letters or any(letter not in _DTYPES for letter in letters):
        return np.zeros((0, 0))
    if entry.type != "?":
        letters *= max(1, entry.size_bytes // np.dtype(_DTYPES[letters]).itemsize)
    row = np.dtype([(f"c{column}", _DTYPES[letter]) for column, letter in enumerate(letters[:WIDEST_ROW])])
    if row.itemsize != entry.size_bytes:
        return np.zeros((0, 0))
    values = np.frombuffer(entry.body, row)
    with np.errstate(invalid="ignore"):
        return np.column_stack([values[name].astype(np.float64) for name in row.names or ()])


def spelled_out(types: str) -> str:
    """The letters of a complex row, one for each value: "l[3]S" means "lllS". At most a row's worth of them."""
    found = re.findall(r"([a-zA-Z])(?:\[(\d{1,2})\])?", types[:WIDEST_ROW])
    return "".join(letter * int(count or 1) for letter, count in found)[: WIDEST_ROW + 1]


def number(entry: Entry | None) -> float | None:
    """The first number of an entry."""
    found = rows(entry) if entry else np.zeros((0, 0))
    return float(found[0, 0]) if found.size and np.isfinite(found[0, 0]) else None


def words(entry: Entry | None) -> str:
    return entry.body.decode("latin-1").split("\0")[0].strip() if entry else ""


def scaled(values: NDArray[np.float64], scale: Entry | None) -> NDArray[np.float64]:
    """Values divided by their scales: one for all or one for each column. Nothing where there is a scale of 0."""
    divisors = rows(scale).ravel() if scale else np.ones(1)
    if divisors.size not in (1, values.shape[1]) or not np.all(divisors):
        return np.zeros((0, values.shape[1]))
    return values / divisors
