"""Offsets of clocks in words and as they are typed: hours, minutes and seconds with a sign."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

TYPED = re.compile(
    r"\s*([+\-\u2212]?)\s*(?:(?:(\d{1,7}):)?(\d{1,9}):)?(\d{1,10}(?:[.,]\d{1,3})?)\s*", re.ASCII
)
DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS = 86_400_000, 3_600_000, 60_000, 1000


def read_offset_ms(text: str) -> int | None:
    """Milliseconds of `-8:00:12.5`, `1:30` (minutes) or `90` (seconds); None for anything else."""
    match = TYPED.fullmatch(text)
    if match is None:
        return None
    sign, hours, minutes, seconds = match.groups()
    total = int(hours or 0) * HOUR_MS + int(minutes or 0) * MINUTE_MS
    total += round(float(seconds.replace(",", ".")) * SECOND_MS)
    return -total if sign in ("-", "\u2212") else total


def typed_offset(offset_ms: int) -> str:
    """`-8:00:12.5`, which `read_offset_ms` reads back."""
    hours, rest = divmod(abs(offset_ms), HOUR_MS)
    minutes, rest = divmod(rest, MINUTE_MS)
    return f"{'-' if offset_ms < 0 else '+'}{hours}:{minutes:02d}:{rest / SECOND_MS:06.3f}".removesuffix("00")


def said_offset(offset_ms: int) -> str:
    """In words: "8 h 0 min 12 s slow" for a clock that is behind."""
    if abs(offset_ms) < SECOND_MS / 2:
        return _("right")
    amount = " ".join(parts_of(abs(offset_ms)))
    return (_("%s slow") if offset_ms > 0 else _("%s fast")) % amount


def parts_of(span_ms: int) -> list[str]:
    days, rest = divmod(span_ms, DAY_MS)
    hours, rest = divmod(rest, HOUR_MS)
    minutes, rest = divmod(rest, MINUTE_MS)
    seconds = f"{rest / SECOND_MS:.1f}".removesuffix(".0")
    named = [(days, _("%s d")), (hours, _("%s h")), (minutes, _("%s min"))]
    told = [words % amount for amount, words in named if amount]
    return told + ([_("%s s") % seconds] if seconds != "0" or not told else [])
