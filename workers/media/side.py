"""Which side a camera faced, read from a file's name or its path inside a zip."""

from __future__ import annotations

import re
from typing import Literal

Side = Literal["left", "right", "front"]
_WORDS: dict[str, Side] = {"left": "left", "right": "right", "front": "front"}
_LETTERS: dict[str, Side] = {"l": "left", "r": "right", "f": "front"}


def side_of(name: str) -> Side | None:
    """The side that a name tells, None if it tells none or two.

    A name is cut wherever there is no letter, so that neither `cleft` nor `DSCR001` names a side. A whole word counts
    before a single letter, and the file's own name before its folders, the nearest first.
    """
    parts = [re.findall(r"[a-z]+", part.lower()) for part in reversed(re.split(r"[/\\]", name))]
    for meanings in (_WORDS, _LETTERS):
        for tokens in parts:
            sides = {meanings[token] for token in tokens if token in meanings}
            if sides:
                return sides.pop() if len(sides) == 1 else None
    return None
