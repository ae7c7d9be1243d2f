"""What a person draws on a frame, before it is a label: clicks and boxes, and how they become a mask."""

from __future__ import annotations

from dataclasses import dataclass

from server.labels.models import Click, Label

MOST_CLICKS = 200
MOST_SMOOTHING = 10.0
THRESHOLD = 0.4


@dataclass(frozen=True)
class Mark:
    """A click at x, y in [0, 1] of the picture, y down; with a far corner, a box. `positive`: like this, else not like this."""

    x: float
    y: float
    positive: bool = True
    far_x: float | None = None
    far_y: float | None = None


@dataclass(frozen=True)
class Drawing:
    """Marks without any positive one draw nothing, and so say that nothing here is festive.

    `threshold` in [-1, 1], `smoothing` in patches, `layer` from 1 of those that the features hold.
    """

    marks: tuple[Mark, ...] = ()
    threshold: float = THRESHOLD
    smoothing: float = 0.0
    edge: str = Label.Edge.LIGHT
    layer: int = 1


def drawing_of(label: Label) -> Drawing | None:
    """What a label with a mask was drawn by, to be taken up again; None for a word on the whole frame."""
    if label.threshold is None or label.smoothing is None or label.layer is None:
        return None
    marks = tuple(mark_of(click) for click in label.clicks.all())
    return Drawing(marks, label.threshold, label.smoothing, label.edge, label.layer)


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
