"""The only stage that runs the network: festivity map, regions and their vectors in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from ml.types import ScoredImage
from server.drives import runs
from server.drives.models import StageRun
from server.frames.models import Frame, Scorer
from server.frames.services import (
    MAX_FRAME_ATTEMPTS,
    FrameScored,
    RegionFound,
    begin_attempt,
    record_scores,
    set_aside,
)
from workers.media.picture import decode
from workers.media.refusal import Refused
from workers.originals import original
from workers.scoring import network, working_scorer

BATCH = 8
LONG_SIDE_PX = 1024


def score(run: StageRun) -> None:
    """Frame → FrameScore and Regions, for the frames of this part that have none from this worker's scorer."""
    scorer = working_scorer()
    frames = run.drive.frames.filter(part=run.part).unscored(scorer).select_related("footage")
    fresh = [frame for frame in frames if frame.attempts == 0]
    for batch in batches(fresh, BATCH):
        score_batch(run, scorer, batch)
    for frame in [frame for frame in frames if frame.attempts > 0]:
        score_suspect(run, scorer, frame)


def batches(frames: Sequence[Frame], size: int) -> Iterator[list[Frame]]:
    waiting = iter(frames)
    while batch := list(islice(waiting, size)):
        yield batch


def score_suspect(run: StageRun, scorer: Scorer, frame: Frame) -> None:
    """A frame whose last attempt did not end is scored alone; after five such attempts it is set aside, with its reason."""
    if frame.attempts < MAX_FRAME_ATTEMPTS:
        score_batch(run, scorer, [frame])
        return
    with runs.hold(run):
        set_aside(frame)
        runs.count(run, came_in=1, rejected=1)


def score_batch(run: StageRun, scorer: Scorer, frames: list[Frame]) -> None:
    begin_attempt(frames)
    readable, pictures = decoded(run, frames)
    scored = network().score(pictures)
    with runs.hold(run):
        written = record_scores(
            scorer, [row_of(frame, image) for frame, image in zip(readable, scored, strict=True)]
        )
        runs.count(run, came_in=written, out=written)


def decoded(run: StageRun, frames: list[Frame]) -> tuple[list[Frame], list[NDArray[np.uint8]]]:
    """The frames that could be decoded, with their pictures; the others are set aside."""
    readable, pictures = [], []
    for frame in frames:
        try:
            with original(frame.footage) as stream:
                pictures.append(decode(stream, long_side=LONG_SIDE_PX))
            readable.append(frame)
        except Refused as refused:
            with runs.hold(run):
                set_aside(frame, detail=str(refused))
                runs.count(run, came_in=1, rejected=1)
    return readable, pictures


def row_of(frame: Frame, image: ScoredImage) -> FrameScored:
    rows, columns = image.festivity_map.shape
    return FrameScored(
        frame_id=frame.pk,
        festivity=image.festivity,
        map_rows=rows,
        map_columns=columns,
        map_bytes=np.round(image.festivity_map * 255).astype(np.uint8).tobytes(),
        cls_vector=image.cls.astype(np.float16).tobytes(),
        regions=tuple(
            RegionFound(
                region.box, region.festivity, region.share, region.vector.astype(np.float16).tobytes()
            )
            for region in image.regions
        ),
    )
