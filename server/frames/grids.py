"""A drive's frames as a grid of pictures, by score or by time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F

from server.drives.models import Drive
from server.frames.features import frames_with_scores, in_words, newest_verdict
from server.frames.models import Frame, Scorer
from server.frames.queries import live_scorer

PER_PAGE = 24
ORDERS: dict[str, tuple[Any, ...]] = {
    "score": (F("festivity").desc(nulls_last=True), "id"),
    "time": ("captured_at", "id"),
}


@dataclass(frozen=True)
class Tile:
    """A frame with its score in words (`points`, `festivity_class`, or None) and the newest verdict on it, or ""."""

    frame: Frame
    words: dict[str, Any]
    verdict: str


def frame_grid(drive: Drive, sort: str, page: str | None) -> tuple[list[Tile], Page[Frame], str]:
    """The tiles of one page, the page, and the order that was taken: an unknown one means by score."""
    sort = sort if sort in ORDERS else "score"
    scorer = live_scorer()
    frames = Paginator(frames_with_scores(drive, scorer).order_by(*ORDERS[sort]), PER_PAGE).get_page(page)
    return [tile_of(frame, scorer) for frame in frames], frames, sort


def tile_of(frame: Any, scorer: Scorer | None) -> Tile:
    """Of one of `frames_with_scores`."""
    return Tile(frame, in_words(frame.festivity, scorer), newest_verdict(frame) or "")
