"""From what the workers kept of a frame to its patches, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from ml.packing import Packing, StoredError, load_packing
from ml.stored import read, token_grids
from ml.types import Floats, WeightsError
from ml.vectors import of_length_one
from server.drives.models import Drive
from server.frames.models import Frame, PatchFeatures, Scorer
from server.frames.queries import content_of

SCORE_AGAIN = "./festivity run --workers python manage.py rescore --features"


class NotKept(Exception):
    """There are no patches to look at; the message says why and what to do."""


@dataclass(frozen=True)
class Patches:
    """`layers`: grids (h, w, D) of vectors of length 1, zeros where a patch is dark; `cls` (D,)."""

    layers: tuple[Floats, ...]
    cls: Floats

    def layer(self, number: int) -> Floats:
        """The grid of one of the layers, counted from 1. Raises NotKept."""
        if not 1 <= number <= len(self.layers):
            sentence = _("The features hold %(count)d layers, and no layer %(number)d.")
            raise NotKept(sentence % {"count": len(self.layers), "number": number})
        return self.layers[number - 1]


def patches_of(frame: Frame, scorer: Scorer | None) -> Patches:
    """What the scorer's backbone saw in the frame. Raises NotKept."""
    if scorer is None:
        raise NotKept(_("No scorer is live yet. Score a drive first."))
    row = frame.patch_features.filter(backbone_sha256=backbone_sha256(scorer)).first()
    if row is None:
        raise NotKept(sentence_of_none(frame, scorer))
    return read_patches(row, scorer)


def read_patches(row: PatchFeatures, scorer: Scorer) -> Patches:
    """Raises NotKept where the file is gone or damaged."""
    packing = packing_of(scorer)
    try:
        found = read(packing, content_of(row))
    except StoredError as error:
        raise NotKept(f"{error} {_('Run')} {SCORE_AGAIN}.") from error
    grids = tuple(of_length_one(grid) for grid in token_grids(packing, found))
    return Patches(grids, found.cls)


def packing_of(scorer: Scorer) -> Packing:
    """Raises NotKept where this machine does not have it."""
    name = scorer.backbone.partition("@")[0]
    try:
        packing = known_packing(f"{name}-packing")
    except (WeightsError, StoredError) as error:
        raise NotKept(str(error)) from error
    if packing.backbone_sha256 != backbone_sha256(scorer):
        raise NotKept(
            _("The live scorer's backbone has no packing of features here; make one with python -m ml pack.")
        )
    return packing


@lru_cache(maxsize=4)
def known_packing(name: str) -> Packing:
    return load_packing(name)


def backbone_sha256(scorer: Scorer) -> str:
    return str(scorer.card.get("backbone_sha256", ""))


def sentence_of_none(frame: Frame, scorer: Scorer) -> str:
    if not frame.scores.filter(scorer=scorer).exists():
        return _("The live scorer has not seen this frame yet. Its layers appear once its drive is scored.")
    other = frame.patch_features.exists()
    why = (
        _("What is kept of this frame is of another backbone.")
        if other
        else _("Nothing is kept of this frame's patches.")
    )
    return f"{why} {_('Staff can have it scored again:')} {SCORE_AGAIN}"


def spread_of(drive: Drive, scorer: Scorer, most: int) -> list[PatchFeatures]:
    """At most so many kept features of the drive, evenly spaced in time."""
    kept = PatchFeatures.objects.filter(frame__drive=drive, backbone_sha256=backbone_sha256(scorer))
    rows = list(kept.order_by("frame__captured_at", "frame_id"))
    step = max(1, -(-len(rows) // most))
    return rows[step // 2 :: step]
