"""The layers of the inspect page by name."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from server.frames.models import Frame, FrameScore, Scorer
from server.labels.patches.kept import NotKept, patches_of
from server.labels.patches.layers import cls_png, pca_png, similarity_png
from server.labels.patches.spread import spread_over
from server.labels.pictures import mask_overlay, unpacked
from server.labels.queries import newest_drawn

NAME = re.compile(r"(pca|cls|similarity)-([1-9][0-9]?)")
LABEL = re.compile(r"label(?:-([1-9][0-9]{0,17}))?")


@dataclass(frozen=True)
class Spot:
    """A place in [0, 1] of the picture, y down."""

    x: float
    y: float


def layer_png(frame: Frame, name: str, scorer: Scorer | None, spot: Spot | None) -> tuple[str, bytes]:
    """A layer's PNG and a key that changes with it; similarity is to the spot, or to the most festive patch.

    `label` is the one that counts, `label-NUMBER` any one of the frame.

    Raises NotKept, with a sentence.
    """
    label = LABEL.fullmatch(name)
    png = label_png(frame, label[1]) if label else png_of_patches(frame, name, scorer, spot)
    return hashlib.sha256(png).hexdigest()[:20], png


def label_png(frame: Frame, number: str | None) -> bytes:
    label = newest_drawn(frame) if number is None else frame.labels.drawn().filter(pk=int(number)).first()
    if label is None:
        raise NotKept(_("Nobody has drawn a mask on this frame."))
    return mask_overlay(unpacked(bytes(label.mask or b"")))


def png_of_patches(frame: Frame, name: str, scorer: Scorer | None, spot: Spot | None) -> bytes:
    named = NAME.fullmatch(name)
    if named is None or scorer is None:
        raise NotKept(_("There is no layer of this name."))
    kind, number = named[1], int(named[2])
    patches = patches_of(frame, scorer)
    if kind == "similarity":
        spot = spot or most_festive(frame.scores.filter(scorer=scorer).first())
        return similarity_png(patches, number, spot.x, spot.y)
    draw = pca_png if kind == "pca" else cls_png
    return draw(patches, spread_over(frame.drive, scorer), number)


def most_festive(score: FrameScore | None) -> Spot:
    """The middle of the most festive patch, or of the picture where there is no score."""
    if score is None:
        return Spot(0.5, 0.5)
    patches = bytes(score.map_bytes)
    row, column = divmod(patches.index(max(patches)), score.map_columns)
    return Spot((column + 0.5) / score.map_columns, (row + 0.5) / score.map_rows)
