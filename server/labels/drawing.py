"""What a person draws on a frame, before it is a label: clicks, boxes and strokes, and how they become a mask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.labels.models import Click, Label

MOST_CLICKS = 200
MOST_SMOOTHING = 10.0
MOST_STROKES = 1000
MOST_POINTS = 20_000
WIDEST_RADIUS = 0.2
THRESHOLD = 0.4

Point = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """A click at x, y in [0, 1] of the picture, y down; with a far corner, a box. `positive`: like this, else not like this."""

    x: float
    y: float
    positive: bool = True
    far_x: float | None = None
    far_y: float | None = None


class StrokeKind(models.TextChoices):
    BRUSH = "brush", _("brush")
    ERASER = "eraser", _("eraser")
    POLYGON = "polygon", _("polygon")
    HOLE = "hole", _("polygon taken away")


ADDING = frozenset({StrokeKind.BRUSH, StrokeKind.POLYGON})
LINES = frozenset({StrokeKind.BRUSH, StrokeKind.ERASER})


@dataclass(frozen=True)
class Stroke:
    """A line of a brush or eraser, or the corners of a polygon: x, y in [0, 1] of the picture, y down.

    `radius` of a line, as a share of the picture's long side; 0 for polygons.
    """

    kind: str
    points: tuple[Point, ...]
    radius: float = 0.0

    @property
    def adds(self) -> bool:
        return self.kind in ADDING

    @property
    def is_line(self) -> bool:
        return self.kind in LINES


@dataclass(frozen=True)
class Drawing:
    """Marks find what is alike; strokes are laid over it in their order. Neither says that nothing here is festive.

    `threshold` in [-1, 1], `smoothing` in patches, `layer` from 1 of those that the features hold.
    """

    marks: tuple[Mark, ...] = ()
    threshold: float = THRESHOLD
    smoothing: float = 0.0
    edge: str = Label.Edge.LIGHT
    layer: int = 1
    strokes: tuple[Stroke, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.marks and not self.strokes


def drawing_of(label: Label) -> Drawing | None:
    """What a label with a mask was drawn by, to be taken up again; None for a word on the whole frame."""
    if label.threshold is None or label.smoothing is None or label.layer is None:
        return None
    marks = tuple(mark_of(click) for click in label.clicks.all())
    strokes = tuple(stroke_of(words) for words in label.strokes)
    return Drawing(marks, label.threshold, label.smoothing, label.edge, label.layer, strokes)


def stroke_of(words: Mapping[str, Any]) -> Stroke:
    points = tuple((float(x), float(y)) for x, y in words["points"])
    return Stroke(words["kind"], points, words.get("radius") or 0.0)


def strokes_in_words(drawing: Drawing) -> list[dict[str, Any]]:
    """As they are kept with a label."""
    return [asdict(stroke) for stroke in drawing.strokes]


def mark_of(click: Click) -> Mark:
    return Mark(click.x, click.y, click.positive, click.far_x, click.far_y)


def click_of(label: Label, index: int, mark: Mark) -> Click:
    return Click(
        label=label,
        index=index,
        x=mark.x,
        y=mark.y,
        far_x=mark.far_x,
        far_y=mark.far_y,
        positive=mark.positive,
    )
