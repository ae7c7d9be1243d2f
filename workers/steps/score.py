"""The only stage that runs the network: festivity map, regions and their vectors in one pass."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from math import isfinite

import numpy as np
from django.db import Error
from numpy.typing import NDArray

from ml.packing import StoredError
from ml.quality import quality_of
from ml.scorer import Scorer as Network
from ml.tools.depth import DepthError, depth_in, of_patches
from ml.tools.depth.model import in_metres
from ml.types import ScoredImage
from server.drives import runs
from server.drives.models import StageRun
from server.frames.models import Frame, Scorer
from server.frames.queries import kept_features
from server.frames.services import (
    MAX_FRAME_ATTEMPTS,
    FrameScored,
    RegionFound,
    begin_attempt,
    keep_features,
    record_scores,
    set_aside,
)
from workers.ends import Retryable
from workers.media.picture import SEEN_LONG_SIDE_PX, decode
from workers.media.refusal import Refused
from workers.originals import still
from workers.scoring import choose_scorer, depth_model, network, network_of

log = logging.getLogger(__name__)

Pair = tuple[Frame, NDArray[np.uint8]]
Seen = tuple[Frame, ScoredImage]
BATCH = 8


def score(run: StageRun) -> None:
    """Frame → FrameScore and Regions, for the frames of this part that have none from this worker's scorer.

    A frame that ends its worker, or fails in a way that nobody foresaw, is scored alone, after the others; after five
    attempts it is set aside, with its reason.
    """
    scorer = choose_scorer(run)
    frames = list(run.drive.frames.filter(part=run.part).unscored(scorer).select_related("footage", "drive"))
    for batch in batches([frame for frame in frames if frame.attempts == 0], BATCH):
        score_carefully(run, scorer, batch)
    for frame in missing(run, scorer):
        if frame.attempts >= MAX_FRAME_ATTEMPTS:
            put_aside(run, frame)
        else:
            score_carefully(run, scorer, [frame])
    if missing(run, scorer):
        raise Retryable(f"{len(missing(run, scorer))} frames could not be scored.")
    keep_missing(run)


def keep_missing(run: StageRun) -> None:
    """Looks again at frames that were scored before features were kept, and keeps what it sees; their scores stay."""
    if network().packing is None:
        return
    bare = run.drive.frames.filter(part=run.part).featureless(network().backbone.sha256)
    for batch in batches(list(bare.select_related("footage", "drive")), BATCH):
        seen = score_whole(network(), readable(batch, tell_unreadable))
        with runs.hold(run):
            keep(seen)


def tell_unreadable(frame: Frame, why: str) -> None:
    log.warning("%s keeps no features: %s", frame, why)


def missing(run: StageRun, scorer: Scorer) -> list[Frame]:
    frames = run.drive.frames.filter(part=run.part).unscored(scorer)
    return list(frames.select_related("footage", "drive").order_by("attempts", "pk"))


def batches(frames: Sequence[Frame], size: int) -> Iterator[list[Frame]]:
    waiting = iter(frames)
    while batch := list(islice(waiting, size)):
        yield batch


def score_carefully(run: StageRun, scorer: Scorer, frames: list[Frame]) -> None:
    begin_attempt(frames)
    try:
        score_batch(run, scorer, frames)
    except (runs.LeaseLost, Retryable, Error):
        raise
    except Exception:
        log.exception("%s could not be scored", frames)


def score_batch(run: StageRun, scorer: Scorer, frames: list[Frame]) -> None:
    pairs = readable(frames, lambda frame, why: put_aside(run, frame, detail=why))
    looks = network_of(scorer)
    known = kept_features([frame for frame, _ in pairs], looks.backbone.sha256)
    again, unread = score_kept(looks, [pair for pair in pairs if pair[0].pk in known], known)
    whole = score_whole(looks, [pair for pair in pairs if pair[0].pk not in known] + unread)
    of_frame = {frame.pk: picture for frame, picture in pairs}
    rows = [row_of(frame, image, of_frame[frame.pk]) for frame, image in whole + again]
    with runs.hold(run):
        keep(whole)
        written = record_scores(scorer, rows)
        runs.count(run, came_in=written, out=written)


def score_whole(looks: Network, pairs: Sequence[Pair]) -> list[Seen]:
    """The network looks at the pictures."""
    scored = looks.score([picture for _, picture in pairs])
    return [(frame, image) for (frame, _), image in zip(pairs, scored, strict=True)]


def score_kept(
    looks: Network, pairs: Sequence[Pair], known: Mapping[int, bytes]
) -> tuple[list[Seen], list[Pair]]:
    """Another head on what was kept, and the pairs whose features cannot be read: they have to be looked at again."""
    found, unread = [], []
    for frame, picture in pairs:
        try:
            found.append((frame, looks.score_again([picture], [known[frame.pk]])[0]))
        except StoredError as error:
            log.warning("%s is scored from its picture: %s", frame, error)
            unread.append((frame, picture))
    return found, unread


def keep(seen: Sequence[Seen]) -> None:
    """What the network saw of the patches of these frames."""
    for frame, image in seen:
        if image.features is not None:
            keep_features(frame, backbone_sha256=network().backbone.sha256, content=image.features)


def readable(frames: Sequence[Frame], refuse: Callable[[Frame, str], None]) -> list[Pair]:
    """The frames that can be decoded, with their pictures; `refuse` hears of the others, and why."""
    pairs = []
    for frame in frames:
        try:
            with still(frame) as stream:
                pairs.append((frame, decode(stream, long_side=SEEN_LONG_SIDE_PX)))
        except Refused as refused:
            refuse(frame, str(refused))
    return pairs


def put_aside(run: StageRun, frame: Frame, detail: str = "") -> None:
    with runs.hold(run):
        set_aside(frame, detail=detail)
        runs.count(run, came_in=1, rejected=1)


def depths_of(picture: NDArray[np.uint8], image: ScoredImage) -> list[float | None]:
    """Metres along the optical axis of each region, by the operator's depth model; None where it sees nothing, or is none.

    A model that cannot be run costs the depths, never the frame.
    """
    model = depth_model()
    if model is None or not image.regions:
        return [None] * len(image.regions)
    try:
        metres = in_metres(model.depth(picture), model.card.kind)
    except DepthError as error:
        log.warning("%s", error)
        return [None] * len(image.regions)
    patches = of_patches(metres, *image.festivity_map.shape)
    depths = [depth_in(region.box, image.festivity_map, patches) for region in image.regions]
    return [depth_m if isfinite(depth_m) else None for depth_m in depths]


def row_of(frame: Frame, image: ScoredImage, picture: NDArray[np.uint8]) -> FrameScored:
    rows, columns = image.festivity_map.shape
    quality = quality_of(picture)
    return FrameScored(
        frame_id=frame.pk,
        sharpness=quality.sharpness,
        exposure=quality.exposure,
        festivity=image.festivity,
        map_rows=rows,
        map_columns=columns,
        map_bytes=np.round(image.festivity_map * 255).astype(np.uint8).tobytes(),
        cls_vector=image.cls.astype(np.float16).tobytes(),
        regions=regions_of(image, picture),
    )


def regions_of(image: ScoredImage, picture: NDArray[np.uint8]) -> tuple[RegionFound, ...]:
    """The regions of a picture that was scored, with their depths and patches."""
    return tuple(
        RegionFound(
            box=region.box,
            festivity=region.festivity,
            share=region.share,
            vector=region.vector.astype(np.float16).tobytes(),
            depth_m=depth_m,
            patches=network().region_patches(picture, region),
        )
        for region, depth_m in zip(image.regions, depths_of(picture, image), strict=True)
    )
