"""Regions followed from one frame of a camera to the next, on the patch features that were kept of both frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise

from ml.packing import Packing, StoredError
from ml.stored import read, token_grids
from ml.tools.follow import Manner, Sight, follow_boxes
from ml.tools.grids import from_grid
from ml.types import Box, Floats
from ml.vectors import of_length_one
from server.drives.models import Drive
from server.frames.models import Frame, PatchFeatures, Scorer
from server.frames.queries import content_of, features_of
from server.houses.identity.comparisons import compared
from server.houses.identity.grouping import Pair
from server.houses.identity.passages import sightings_of
from server.houses.models import Comparison, Sighting

LONGEST_GAP_S = 3.0
SURE = Manner().found
FOLLOWED = 0.99
"""On rendered drives with truth, 99 % of the regions that a box was so surely followed to show the house that it came from. Of
all that it was followed to it is 98 %, and the few wrong ones cost more than the others gain."""
FOLLOWER = "follow-1"


def followed(drive: Drive, scorer: Scorer, packing: Packing) -> Iterator[tuple[Pair, float]]:
    """Pairs of regions (ids) of consecutive frames, the second one where the box of the first was followed to, as they are found.

    Frames whose features were not kept, or cannot be read by this packing, are passed over, as are those in which every
    sighting has a house, and regions that were followed into the same frame before.
    """
    sightings = sightings_of(drive, scorer)
    kept = features_of({one.frame_id for one in sightings}, packing.backbone_sha256)
    known = compared([one.region_id for one in sightings], Comparison.Way.FOLLOW)
    linked = {(min(pair), max(pair)) for pair, _ in known}

    @lru_cache(maxsize=2)
    def grid_of(frame_id: int) -> Floats | None:
        return kept_grid(kept.get(frame_id), packing)

    for before, after in consecutive(sightings):
        left = [one for one in before if not any(pair_of(one, other) in linked for other in after)]
        grids = (grid_of(before[0].frame_id), grid_of(after[0].frame_id)) if left else (None, None)
        if grids[0] is None or grids[1] is None or grids[0].shape != grids[1].shape:
            continue
        gap_ms = round((after[0].frame.captured_at - before[0].frame.captured_at).total_seconds() * 1000)
        boxes = [box_of(sighting) for sighting in left]
        for sighting, sight in zip(left, follow_boxes(grids[0], grids[1], gap_ms, boxes), strict=True):
            landed = landing(sight, grids[1].shape[:2], after)
            if landed:
                yield pair_of(sighting, landed), FOLLOWED


def box_of(sighting: Sighting) -> Box:
    x0, y0, x1, y1 = sighting.region.box
    return x0, y0, x1, y1


def pair_of(one: Sighting, other: Sighting) -> Pair:
    first, second = sorted((one.region_id, other.region_id))
    return first, second


def consecutive(sightings: Iterable[Sighting]) -> Iterator[tuple[list[Sighting], list[Sighting]]]:
    """The sightings of two frames of one camera within 3 seconds of one another, of which some have no house yet."""
    ordered = sorted(
        sightings,
        key=lambda one: (one.frame.camera_id, one.frame.view, one.frame.captured_at, one.frame_id, one.pk),
    )
    frames = [list(rows) for _, rows in groupby(ordered, key=lambda one: one.frame_id)]
    for before, after in pairwise(frames):
        gap_s = (after[0].frame.captured_at - before[0].frame.captured_at).total_seconds()
        houseless = any(one.house_id is None for one in before + after)
        same = lens_of(before[0].frame) == lens_of(after[0].frame)
        if same and 0 < gap_s <= LONGEST_GAP_S and houseless:
            yield before, after


def lens_of(frame: Frame) -> Pair:
    """The camera and, of a panorama, the view."""
    return frame.camera_id, frame.view


def kept_grid(features: PatchFeatures | None, packing: Packing) -> Floats | None:
    """Tokens (h, w, D) of length 1 of the last layer that was kept of a frame; None where there are none to be read."""
    content = content_of(features) if features else b""
    try:
        return of_length_one(token_grids(packing, read(packing, content))[-1]) if content else None
    except StoredError:
        return None


def landing(sight: Sight | None, shape: Sequence[int], after: Iterable[Sighting]) -> Sighting | None:
    """The sighting of the later frame, whose grid has `shape`, on whose box the earlier one is found; of several, the one whose
    middle is nearest."""
    if sight is None or sight.place is None or sight.confidence < SURE:
        return None
    rows, columns = shape
    x, y = from_grid(float(sight.place[0]), float(sight.place[1]), (rows, columns))
    on = [one for one in after if covers(one.region.box, x, y)]
    return min(
        on, key=lambda one: (abs((one.region.box[0] + one.region.box[2]) / 2 - x), one.pk), default=None
    )


def covers(box: Sequence[float], x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
