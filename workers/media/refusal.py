"""Why a file is refused: one exception for every decoder and every rule of this room."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, get_args

Reason = Literal[
    "empty",
    "unknown_kind",
    "mislabelled",
    "truncated",
    "unreadable",
    "animated",
    "too_large",
    "too_small",
    "duplicate",
    "no_time",
    "future_time",
    "no_position",
    "null_island",
    "bad_position",
    "no_side",
    "zip_bomb",
    "zip_unsafe",
    "zip_nested",
    "zip_broken",
    "raw",
    "no_frames",
    "no_index",
    "too_long",
    "codec",
    "no_fixes",
    "no_track_times",
    "future_track",
    "too_many_fixes",
    "entities",
    "near_home",
    "live_photo",
    "poison",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
LONGEST_DETAIL = 200


class Refused(Exception):
    """A file that gives no frame. `reason` is one of `REASONS`, `detail` at most one sentence: what exactly is wrong."""

    def __init__(self, reason: str, detail: str = "") -> None:
        if reason not in REASONS:
            raise ValueError(f"{reason} is no reason.")
        self.reason = str(reason)
        self.detail = "".join(letter if letter.isprintable() else "?" for letter in detail)[:LONGEST_DETAIL]
        super().__init__(self.reason, self.detail)

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


@contextmanager
def foreign(reason: Reason, *, not_its_fault: tuple[type[Exception], ...] = (MemoryError,)) -> Iterator[None]:
    """Turns whatever a decoder raises on foreign bytes into `Refused(reason)`, and keeps its warnings quiet.

    Decoders promise no particular exceptions on damaged bytes, so all of them count, except those in `not_its_fault`,
    which concern this machine and not the file.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except Exception as error:
            if isinstance(error, (Refused, *not_its_fault)):
                raise
            raise Refused(reason, decoder_says(error)) from error


def decoder_says(error: Exception) -> str:
    """The decoder's own words as a detail, unless they are about objects of ours."""
    words = str(error).strip().rstrip(".")
    return f"The decoder says: {words}." if words and " object at " not in words else ""
