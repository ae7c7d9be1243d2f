"""Where else the thing is that somebody marked on a frame: other frames in which patches light up, the most alike first."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.core.cache import cache

from server.accounts.models import User
from server.frames.models import Frame, FrameQuerySet, PatchFeatures, Scorer
from server.frames.queries import frames_readable_by, live_scorer
from server.labels.drawing import Drawing, drawing_of
from server.labels.models import Gist
from server.labels.patches.elsewhere import Lit, Thing, lit_in, lit_png, thing_of
from server.labels.patches.gists import gist_of, likeness_of_gists
from server.labels.patches.kept import NotKept, backbone_sha256, patches_of
from server.labels.pictures import Mask, unpacked
from server.labels.queries import newest_drawn

PER_PAGE = 24
STRETCH = 96
"""So many frames are looked at patch by patch in one request."""
MOST_RANKED = 8000
"""So many gists are compared in one request, those of the latest frames."""
MOST_NEW = 60
"""So many gists that are still missing are made in one request; the sweeper makes the rest."""
SWEPT = 200
KEPT_S = 900


@dataclass(frozen=True)
class Asked:
    """A drawing on a frame, with its label's mask where nothing was marked; `everywhere`: in all drives, not this one alone."""

    frame: Frame
    drawing: Drawing
    mask: Mask | None
    everywhere: bool

    def key(self, scorer: Scorer) -> str:
        mask = b"" if self.mask is None else self.mask.tobytes()
        said = f"{self.frame.pk} {self.drawing} {self.everywhere} {scorer.hash}".encode()
        return hashlib.sha256(said + mask).hexdigest()[:32]


@dataclass(frozen=True)
class Elsewhere:
    """A frame in which it lights up."""

    frame: Frame
    likeness: float
    overlay: str


@dataclass(frozen=True)
class Found:
    """One page. `waiting`: frames whose gists are not made yet; `next`: stretch and page to look further, None at the end."""

    frames: list[Elsewhere]
    ranked: int
    waiting: int
    next: tuple[int, int] | None


def asked_of(frame: Frame, drawing: Drawing | None, everywhere: bool) -> Asked | None:
    """What is drawn now, else what the label that counts was drawn by; None where neither marks anything."""
    if drawing is not None and any(mark.positive for mark in drawing.marks):
        return Asked(frame, drawing, None, everywhere)
    label = newest_drawn(frame)
    drawn = drawing_of(label) if label else None
    if label is None or drawn is None or not label.mask_share:
        return None
    return Asked(frame, drawn, unpacked(bytes(label.mask or b"")), everywhere)


def found_elsewhere(asked: Asked, reader: User, stretch: int, page: int) -> Found:
    """The frames of one page of one stretch, the most alike first. Raises NotKept and CannotDraw.

    Work is bounded: frames are ordered by their gists, and one stretch of that order is looked at patch by patch. So the order
    holds within a stretch; a later one may have a frame that is more alike than one before, where the thing is small and the 16
    vectors of its frame speak of larger things. On rendered streets three quarters to four fifths of the best stood in the first
    quarter, 96 % in the first half. What lies below the threshold of the drawing everywhere is left out.
    """
    scorer = live_scorer()
    thing = thing_of(patches_of(asked.frame, scorer), asked.drawing, asked.mask)
    assert scorer is not None  # patches_of raises without one
    frames = in_scope(asked, reader)
    make_gists(scorer, frames, MOST_NEW)
    order, waiting = ranked(asked, scorer, thing, frames, reader)
    lit = examined(asked, scorer, thing, order, stretch)
    shown = lit[page * PER_PAGE : (page + 1) * PER_PAGE]
    more = stretch_after(stretch, page, len(lit), len(order))
    return Found(list(tiles(shown, thing, frames)), len(order), waiting, more)


def in_scope(asked: Asked, reader: User) -> FrameQuerySet:
    others = frames_readable_by(reader).exclude(pk=asked.frame.pk)
    return others if asked.everywhere else others.filter(drive_id=asked.frame.drive_id)


def make_gists(scorer: Scorer, frames: FrameQuerySet | None, most: int) -> int:
    """Makes gists that are missing, of so many of the latest frames at most; how many. Raises NotKept without a packing."""
    missing = PatchFeatures.objects.filter(backbone_sha256=backbone_sha256(scorer), gist=None)
    if frames is not None:
        missing = missing.filter(frame__in=frames)
    rows = missing.order_by("-frame_id")[:most]
    made = [Gist(features=row, means=gist_of(row, scorer)) for row in rows]
    Gist.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def sweep() -> int:
    """Makes some of the gists that are missing under the live scorer; how many."""
    scorer = live_scorer()
    try:
        return make_gists(scorer, None, SWEPT) if scorer else 0
    except NotKept:
        return 0


def ranked(
    asked: Asked, scorer: Scorer, thing: Thing, frames: FrameQuerySet, reader: User
) -> tuple[list[int], int]:
    """Ids of features, those with the likest gists first, and how many have no gist. The order is kept for 15 minutes, for the
    reader alone: another may look into other frames."""
    kept = PatchFeatures.objects.filter(backbone_sha256=backbone_sha256(scorer), frame__in=frames)
    waiting = kept.filter(gist=None).count()
    key = f"elsewhere-{asked.key(scorer)}-{waiting}-{reader.pk}"
    known = cache.get(key)
    if known is None:
        gists = Gist.objects.filter(features__in=kept).order_by("-features__frame_id")
        rows = list(gists.values_list("features_id", "means")[:MOST_RANKED])
        likeness = likeness_of_gists([bytes(means) for _pk, means in rows], thing.gist)
        known = [rows[index][0] for index in np.argsort(-likeness, kind="stable")]
        cache.set(key, known, KEPT_S)
    return known, waiting


def examined(
    asked: Asked, scorer: Scorer, thing: Thing, order: Sequence[int], stretch: int
) -> list[tuple[int, Lit]]:
    """Ids of frames of the stretch in which something lights up, the likest first; kept for a quarter of an hour."""
    ids = order[stretch * STRETCH : (stretch + 1) * STRETCH]
    named = hashlib.sha256(repr(ids).encode()).hexdigest()[:16]
    key = f"elsewhere-{asked.key(scorer)}-lit-{named}"
    known: list[tuple[int, Lit]] | None = cache.get(key)
    if known is None:
        known = sorted(looked_through(scorer, thing, ids), key=lambda one: (-one[1].likeness, one[0]))
        cache.set(key, known, KEPT_S)
    return known


def looked_through(scorer: Scorer, thing: Thing, ids: Sequence[int]) -> Iterator[tuple[int, Lit]]:
    for row in PatchFeatures.objects.filter(pk__in=ids):
        try:
            lit = lit_in(row, scorer, thing)
        except NotKept:
            continue
        if lit.patches.any():
            yield row.frame_id, lit


def stretch_after(stretch: int, page: int, count_lit: int, count_ranked: int) -> tuple[int, int] | None:
    if count_lit > (page + 1) * PER_PAGE:
        return stretch, page + 1
    return (stretch + 1, 0) if count_ranked > (stretch + 1) * STRETCH else None


def tiles(shown: Sequence[tuple[int, Lit]], thing: Thing, readable: FrameQuerySet) -> Iterator[Elsewhere]:
    """Of those that are still readable, for the order was kept since."""
    frames = readable.select_related("drive", "camera").in_bulk([frame_id for frame_id, _lit in shown])
    for frame_id, lit in shown:
        if frame_id in frames:
            overlay = "data:image/png;base64," + b64encode(lit_png(lit.patches)).decode()
            yield Elsewhere(frames[frame_id], lit.likeness, overlay)
