"""One fix as a receiver wrote it down."""

from __future__ import annotations

import math
from datetime import datetime
from typing import NamedTuple

ERROR_OF_HDOP_1_M = 5.0
"""What a dilution of 1 means in metres for receivers in cars and phones: the usual user-equivalent range error."""


class RawFix(NamedTuple):
    """`at` aware UTC, degrees WGS 84, `accuracy_m` one sigma. `has_fix` is False where the receiver says it had none."""

    at: datetime
    lon: float
    lat: float
    speed_m_s: float | None = None
    accuracy_m: float | None = None
    has_fix: bool = True
    segment: int = 0


class Reported(NamedTuple):
    """A fix that may lack a time, or lie nowhere (NaN)."""

    at: datetime | None
    lon: float
    lat: float
    speed_m_s: float | None = None
    accuracy_m: float | None = None
    has_fix: bool = True
    segment: int = 0

    def on_earth(self) -> bool:
        return abs(self.lon) <= 180 and abs(self.lat) <= 90


def number(text: str) -> float:
    """The finite number that a text says, else NaN."""
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def amount(text: str, scale: float = 1.0) -> float | None:
    """A number that is at least 0, times `scale`; None where the text says none."""
    value = number(text) * scale
    return value if value >= 0 else None
