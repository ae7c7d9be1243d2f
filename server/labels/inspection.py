"""All that the inspect page shows of one frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from server.accounts.models import User
from server.core.roles import may_label
from server.frames.features import in_words
from server.frames.models import Frame, FrameScore, Region, Scorer
from server.frames.queries import frames_readable_by, live_scorer
from server.labels.drafts import draft_in_words, draft_of
from server.labels.drawing import (
    MOST_CLICKS,
    MOST_POINTS,
    MOST_SMOOTHING,
    MOST_STROKES,
    Drawing,
    drawing_of,
)
from server.labels.history import history_of
from server.labels.models import Label
from server.labels.patches.kept import NotKept, patches_of
from server.labels.presence import BEAT_S
from server.labels.queries import FRAMES_CARRIED, MOST_CARRIED, beside, newest_drawn, newest_label

FIRST = "festivity"
PICTURE = "picture"
WIDE = 1000


@dataclass(frozen=True)
class Layer:
    """One way to look at a frame: a picture of its patches to be laid over it, and in a sentence what it says.

    `kind` names its colours, "" for the bare picture; a `pointed` one asks about a place in the picture.
    """

    name: str
    title: str
    says: str
    url: str = ""
    pointed: bool = False

    @property
    def kind(self) -> str:
        return self.name.partition("-")[0]


@dataclass(frozen=True)
class Box:
    """A region on the picture, in pixels of a picture that is WIDE."""

    number: int
    x: float
    y: float
    width: float
    height: float
    region: Region


def inspection(frame: Frame, user: User, wanted: str) -> dict[str, Any]:
    """The context of the page. A layer that there is not means the first."""
    scorer = live_scorer()
    score = frame.scores.filter(scorer=scorer).first()
    count, trouble = layers_kept(frame, scorer)
    layers = list(layers_of(frame, score, count))
    before, after = beside(frame, frames_readable_by(user))
    said, older = history_of(frame, user)
    return {
        "frame": frame,
        "knows_drive": user.is_staff or frame.drive.driver_id == user.pk,
        "scorer": scorer,
        "score": score,
        "words": in_words(score.festivity if score else None, scorer),
        "boxes": list(boxes_of(frame, scorer)),
        "tall": round(height_of(frame), 1),
        "layers": layers,
        "shown": next(
            (layer for layer in layers if layer.name == wanted), layers[-1] if not score else layers[1]
        ),
        "trouble": trouble,
        "is_public": Frame.objects.visible().filter(pk=frame.pk).exists(),
        "before": before,
        "after": after,
        "said": said,
        "older": older,
        "has_mask": newest_drawn(frame) is not None,
        "layer_numbers": range(1, count + 1),
        "desk": desk_of(frame, count) if may_label(user) else None,
        "drafting": drafting_of(frame, user) if may_label(user) else None,
    }


def layers_kept(frame: Frame, scorer: Scorer | None) -> tuple[int, str]:
    """How many layers are kept of the frame, and where none are, a sentence that says why and what to do."""
    try:
        return len(patches_of(frame, scorer).layers), ""
    except NotKept as reason:
        return 0, str(reason)


def layers_of(frame: Frame, score: FrameScore | None, count: int) -> Iterator[Layer]:
    yield Layer(PICTURE, _("Picture"), _("Nothing laid over it."))
    if score:
        overlay = reverse("frames:overlay", args=[frame.public_id])
        yield Layer(FIRST, _("Festivity map"), _("Where the scorer sees festive light."), overlay)
    label = newest_drawn(frame)
    if label:
        url = f"{layer_url(frame, 'label')}?of={label.pk}"
        yield Layer("label", _("Label"), _("What a person marked as festive."), url)
    for number in range(1, count + 1):
        of = _("layer %(number)d of %(count)d") % {"number": number, "count": count} if count > 1 else ""
        yield from layers_of_patches(frame, number, f" · {of}" if of else "")


def layers_of_patches(frame: Frame, number: int, of: str) -> Iterator[Layer]:
    names = {kind: f"{kind}-{number}" for kind in ("pca", "cls", "similarity")}
    urls = {kind: layer_url(frame, name) for kind, name in names.items()}
    same = _("What the backbone takes for alike has one colour, along the whole drive.")
    yield Layer(names["pca"], _("PCA colours") + of, same, urls["pca"])
    near = _("How near each patch is to the picture as a whole.")
    yield Layer(names["cls"], _("CLS map") + of, near, urls["cls"])
    like = _("How much each patch is like one of them: the most festive one, or the one that you click.")
    yield Layer(names["similarity"], _("Similarity") + of, like, urls["similarity"], pointed=True)


def layer_url(frame: Frame, name: str) -> str:
    return reverse("labels:layer", args=[frame.public_id, name])


def height_of(frame: Frame) -> float:
    """Of the frame's picture where it is WIDE; a frame whose size is not known is taken for square."""
    return WIDE * frame.height / frame.width if frame.height and frame.width else WIDE


def boxes_of(frame: Frame, scorer: Scorer | None) -> Iterator[Box]:
    """The regions under the scorer, on a picture that is WIDE."""
    height = height_of(frame)
    for region in frame.regions.filter(scorer=scorer).order_by("index"):
        x0, y0, x1, y1 = region.box
        x, y, width, tall = (
            round(edge, 1) for edge in (WIDE * x0, height * y0, WIDE * (x1 - x0), height * (y1 - y0))
        )
        yield Box(region.index + 1, x, y, width, tall, region)


def desk_of(frame: Frame, count: int) -> dict[str, Any]:
    """What the scripts need to label the frame: addresses, limits, and the newest drawing to take up again."""
    label = newest_drawn(frame)
    newest, drawing = newest_label(frame), begun_drawing(label)
    return {
        "frame": frame.public_id,
        "layers": count,
        "features": reverse("api:features", args=[frame.public_id]) if count else "",
        "labels": reverse("api:labels", args=[frame.public_id]),
        "carry": reverse("api:carry", args=[frame.public_id]),
        "kept_mask": kept_mask(frame, label),
        "most_frames": MOST_CARRIED,
        "frames": FRAMES_CARRIED,
        "most_smoothing": MOST_SMOOTHING,
        "most_clicks": MOST_CLICKS,
        "most_strokes": MOST_STROKES,
        "most_points": MOST_POINTS,
        "newest": newest.pk if newest else None,
        "drawing": asdict(drawing),
    }


def drafting_of(frame: Frame, user: User) -> dict[str, Any]:
    """What the scripts need to keep the drawing as a draft, to take one up again, and to tell who else is there."""
    newest = newest_label(frame)
    return {
        "frame": frame.public_id,
        "labeller": user.pk,
        "draft": reverse("api:draft", args=[frame.public_id]),
        "present": reverse("api:present", args=[frame.public_id]),
        "beat_s": BEAT_S,
        "newest": newest.pk if newest else None,
        "kept": draft_in_words(draft_of(frame, user)),
    }


def kept_mask(frame: Frame, label: Label | None) -> str:
    """Where the mask lies of a label that nothing drawn here makes, for it was carried here; "" of any other."""
    if label is None or not label.mask_share or not begun_drawing(label).is_empty:
        return ""
    return f"{layer_url(frame, 'label')}?of={label.pk}"


def begun_drawing(label: Label | None) -> Drawing:
    """The clicks of the label that counts, or an empty sheet."""
    return (drawing_of(label) if label else None) or Drawing()
