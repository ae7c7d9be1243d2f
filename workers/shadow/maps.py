"""Festivity maps of all frames from what was kept of them. No network, no picture."""

from __future__ import annotations

import logging
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from ml.packing import StoredError
from ml.regions import Area, find_areas
from ml.scorer import Scorer as Network
from ml.types import Floats
from server.frames.models import FrameQuerySet, PatchFeatures, Region, Scorer
from server.frames.queries import content_of, features_of
from server.frames.services import AreaFound, FrameScored, FrameTaken, write_taken
from server.scorers.models import Shadow
from server.scorers.queries import frames_to_score, scorers_alike
from workers.shadow.likeness import Known, alike
from workers.shadow.turn import Turn

log = logging.getLogger(__name__)

AT_ONCE = 256
THREADS = 2
"""Reading, inflating and multiplying let other threads go on."""


@dataclass(frozen=True)
class Mapped:
    """What a head says of a frame whose features were kept: map (h, w), CLS vector (D,), and its areas."""

    frame_id: int
    map: Floats
    cls: Floats
    areas: tuple[Area, ...]


Batch = tuple[list[int], list[Future[Mapped | None]]]


def map_frames(turn: Turn, scorer: Scorer, looks: Network) -> bool:
    """Scores the frames whose features were kept and whose regions all look as regions that are known; whether all frames were
    gone through. The others are left for the network."""
    shadow = Shadow.objects.get(scorer=scorer)
    left = with_features(scorer, looks).filter(pk__gt=shadow.mapped_up_to)
    turn.at(_("Festivity maps from what was kept"), left.count())
    backbone = same_backbone(scorer)
    with ThreadPoolExecutor(min(THREADS, os.cpu_count() or 1)) as threads:
        for ids, coming in read_ahead(threads, looks, left):
            mapped = [one for one in (future.result() for future in coming) if one]
            known = known_regions([one.frame_id for one in mapped], backbone)
            taken = [found for one in mapped if (found := taken_over(one, known[one.frame_id]))]
            with turn.hold():
                write_taken(scorer, taken)
                Shadow.objects.filter(pk=shadow.pk).update(mapped_up_to=ids[-1])
            turn.counted(len(ids))
            if turn.over:
                return False
    return True


def with_features(scorer: Scorer, looks: Network) -> FrameQuerySet:
    """The frames to score of which something is kept that this backbone saw."""
    return frames_to_score(scorer).filter(patch_features__backbone_sha256=looks.backbone.sha256)


def read_ahead(threads: ThreadPoolExecutor, looks: Network, frames: FrameQuerySet) -> Iterator[Batch]:
    """Batches of frames in order of their ids: while one is written, the next one is read."""
    begun = begin(threads, looks, frames)
    while begun:
        following = begin(threads, looks, frames.filter(pk__gt=begun[0][-1]))
        yield begun
        begun = following


def begin(threads: ThreadPoolExecutor, looks: Network, frames: FrameQuerySet) -> Batch | None:
    ids = list(frames.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    rows = features_of(ids, looks.backbone.sha256)
    return (ids, [threads.submit(mapped_from, looks, rows[pk]) for pk in ids]) if ids else None


def mapped_from(looks: Network, features: PatchFeatures) -> Mapped | None:
    """None where the file is gone or cannot be read."""
    try:
        found, cls = looks.map_again(content_of(features))
    except StoredError as error:
        log.warning("frame %s: %s", features.frame_id, error)
        return None
    return Mapped(features.frame_id, found, cls, find_areas(found))


def same_backbone(scorer: Scorer) -> dict[int, bool]:
    """The scorers (ids) that saw with the same backbone, and whether each is live."""
    return dict(scorers_alike(scorer).exclude(pk=scorer.pk).values_list("pk", "live"))


def known_regions(frame_ids: Sequence[int], backbone: dict[int, bool]) -> dict[int, list[Known]]:
    """What scorers of the same backbone have seen on these frames."""
    found = defaultdict[int, list[Known]](list)
    rows = Region.objects.filter(frame__in=list(frame_ids), scorer__in=list(backbone))
    for pk, frame, box, scorer in rows.values_list("pk", "frame", "box", "scorer"):
        found[frame].append(Known(pk, box, backbone[scorer]))
    return found


def taken_over(mapped: Mapped, known: Sequence[Known]) -> FrameTaken | None:
    """None where some area looks like no known region."""
    like = alike(mapped.areas, known)
    if None in like:
        return None
    areas = tuple(AreaFound(area.box, area.festivity, area.share) for area in mapped.areas)
    return FrameTaken(scored_of(mapped), areas, tuple(region for region in like if region))


def scored_of(mapped: Mapped) -> FrameScored:
    """Without regions."""
    rows, columns = mapped.map.shape
    return FrameScored(
        frame_id=mapped.frame_id,
        festivity=float(mapped.map.mean()),
        map_rows=rows,
        map_columns=columns,
        map_bytes=np.round(mapped.map * 255).astype(np.uint8).tobytes(),
        cls_vector=mapped.cls.astype(np.float16).tobytes(),
        regions=(),
    )
