"""How the new head stands beside the present scorer, on frames of the site that nobody labelled as well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ml.head import Head, sigmoid
from ml.left_out import LeftOut
from ml.logistic import Line
from ml.metrics import spearman
from ml.packing import Packing, StoredError
from ml.rescoring import Rescorer
from ml.restored import restored
from ml.stored import Frame as StoredFrame
from ml.stored import read
from ml.teaching.examples import Example
from ml.teaching.influence import mean_festivities
from server.frames.models import FrameScore, PatchFeatures, Scorer
from server.frames.queries import content_of

MOST_RANKED = 400
MOST_WEIGHED = 24

Done = Callable[[int], None]


@dataclass(frozen=True)
class Ranking:
    """Frames as the present scorer and the new head see them: of `total` that could be, `frames` were asked."""

    frames: int
    total: int
    correlation: float
    mean_before: float
    mean_after: float


def ranked(
    present: Scorer | None, packing: Packing, head: Head, sample: Sequence[int], total: int, done: Done
) -> Ranking:
    """Spearman's correlation of the festivities of the frames `sample` under the present scorer and the new head."""
    rescorer = Rescorer(packing, head)
    known = dict(
        FrameScore.objects.filter(frame__in=sample, scorer=present).values_list("frame_id", "festivity")
    )
    before, after = [], []
    for number, row in enumerate(rows_of(sample, packing), start=1):
        stored = readable(packing, row)
        if stored is not None:
            before.append(known[row.frame_id])
            after.append(float(rescorer.festivity_map(stored).mean()))
        done(number)
    correlation = spearman(before, after) if len(before) > 1 else float("nan")
    return Ranking(len(before), total, correlation, mean_of(before), mean_of(after))


def mean_of(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def sample_of(present: Scorer | None, backbone_sha256: str) -> tuple[list[int], int]:
    """Frames that the present scorer scored and whose features are kept, evenly chosen, and how many there are in all."""
    kept = PatchFeatures.objects.filter(backbone_sha256=backbone_sha256).values("frame")
    ids = list(
        FrameScore.objects.filter(scorer=present, frame__in=kept)
        .order_by("frame__drive__public_id", "frame__captured_at", "frame__public_id")
        .values_list("frame_id", flat=True)
    )
    return evenly(ids, MOST_RANKED), len(ids)


def evenly(ids: Sequence[int], most: int) -> list[int]:
    places = np.linspace(0, len(ids) - 1, min(most, len(ids))).round().astype(int)
    return [ids[place] for place in places]


def rows_of(frame_ids: Sequence[int], packing: Packing) -> list[PatchFeatures]:
    rows = PatchFeatures.objects.filter(frame__in=frame_ids, backbone_sha256=packing.backbone_sha256)
    return list(rows.order_by("frame_id"))


def readable(packing: Packing, row: PatchFeatures) -> StoredFrame | None:
    try:
        return read(packing, content_of(row))
    except StoredError:
        return None


def shifts_of_mean(
    head: Line, without: Sequence[Line], sample: Sequence[int], packing: Packing
) -> list[float]:
    """By how much each label moved the mean festivity of the site: with it, less without it, on 24 frames of the sample."""
    frames = (
        grid.reshape(-1, grid.shape[-1])
        for row in rows_of(evenly(sample, MOST_WEIGHED), packing)
        if (stored := readable(packing, row)) is not None
        for grid in [restored(packing, stored)]
    )
    means = mean_festivities([head, *without], frames)
    return [float(means[0] - mean) for mean in means[1:]]


def seen_by(head: Head, examples: Sequence[Example]) -> list[LeftOut]:
    """The labelled frames under a head as it is."""
    line = Line(head.weight.astype(np.float64), head.bias)
    return [
        LeftOut(one.picture, one.columns, one.share, sigmoid(line.logits(one.features()))) for one in examples
    ]
