"""Times as track files write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_NUMBER = re.compile(r"\d{9,20}(\.\d*)?")
_COMPACT = re.compile(r"(?:19|20)\d{12}")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})[ T,]+(\d{1,2}:\d{2}.*)")
_APART = re.compile(r"\s+(?=[+-]\d\d:?\d\d$|Z$)")
_ZONE_NAME = re.compile(r"\s*(UTC|GMT)$")
LONGEST = 40


def moment(text: str) -> datetime | None:
    """Aware UTC, or None. ISO 8601 in its many spellings, seconds to nanoseconds since 1970, `31.12.2026 20:15`.

    A time without an offset is UTC. Days written 3/4/2026 are not guessed at.
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    try:
        if _COMPACT.fullmatch(text):
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return epoch(float(text)) if _NUMBER.fullmatch(text) else written(text)
    except (ValueError, OverflowError, OSError):
        return None


def epoch(value: float) -> datetime:
    """Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size."""
    for largest, unit in ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6)):
        if value < largest:
            return datetime.fromtimestamp(value / unit, UTC)
    return datetime.fromtimestamp(value / 1e9, UTC)


def written(text: str) -> datetime:
    """Raises ValueError for what is no time of a day."""
    day_first = _DAY_FIRST.fullmatch(text)
    if day_first:
        day, month, year, clock = day_first.groups()
        text = f"{year}-{int(month):02}-{int(day):02} {clock.rjust(8 if clock.count(':') == 2 else 5, '0')}"
    text = _ZONE_NAME.sub("Z", text)
    text = _APART.sub("", text[:10].replace("/", "-") + text[10:])
    if ":" not in text and "T" not in text:
        raise ValueError("a day without a time")
    at = datetime.fromisoformat(text)
    return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).astimezone(UTC)
