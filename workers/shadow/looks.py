"""What was not seen yet: regions on new spots, and frames of which nothing was kept. Here the network looks, slower."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from ml.regions import Area
from ml.scorer import Scorer as Network
from ml.types import ScoredImage
from server.frames.models import Frame, Region, Scorer
from server.frames.queries import features_of
from server.frames.services import FrameScored, RegionFound, keep_features, write_missing
from server.scorers.models import Shadow
from server.scorers.queries import frames_to_score
from workers.ends import Retryable
from workers.media.picture import SEEN_LONG_SIDE_PX, decode
from workers.media.refusal import Refused
from workers.originals import still
from workers.shadow.likeness import alike
from workers.shadow.maps import Mapped, known_regions, mapped_from, same_backbone, scored_of
from workers.shadow.turn import Turn
from workers.steps.score import regions_of, row_of

AT_ONCE = 8
Picture = NDArray[np.uint8]


def look_at_rest(turn: Turn, scorer: Scorer, looks: Network) -> bool:
    """Scores the frames that the maps left; whether none is left."""
    left = frames_to_score(scorer).select_related("footage", "drive").order_by("pk")
    waiting = left.count()
    if not waiting:
        return True
    turn.at(_("Looking at what was not seen yet"), waiting)
    while batch := list(frames_to_score(scorer).select_related("footage", "drive").order_by("pk")[:AT_ONCE]):
        score_batch(turn, scorer, looks, batch)
        turn.counted(len(batch))
        if turn.over:
            return False
    return True


@dataclass(frozen=True)
class Ready:
    """A frame's row, and what was kept of it; None where nothing is, or nothing that can be read."""

    frame: Frame
    mapped: Mapped | None


def score_batch(turn: Turn, scorer: Scorer, looks: Network, frames: Sequence[Frame]) -> None:
    kept = features_of([frame.pk for frame in frames], looks.backbone.sha256)
    ready = [
        Ready(frame, mapped_from(looks, kept[frame.pk]) if frame.pk in kept else None) for frame in frames
    ]
    rows, unreadable, seen = [], [], []
    for one in ready:
        picture = picture_of(one.frame)
        if one.mapped:
            rows.append(filled(scorer, looks, one.mapped, picture))
        elif picture is None:
            unreadable.append(one.frame.pk)
        else:
            (image,) = looks.score([picture])
            rows.append(row_of(one.frame, image, picture))
            seen.append((one.frame, image))
    with turn.hold():
        for frame, image in seen:
            if image.features is not None:
                keep_features(frame, backbone_sha256=looks.backbone.sha256, content=image.features)
        write_missing(scorer, rows)
        note(scorer, looked=len(frames) - len(unreadable), unreadable=unreadable)


def note(scorer: Scorer, *, looked: int, unreadable: list[int]) -> None:
    shadow = Shadow.objects.select_for_update(no_key=True).get(scorer=scorer)
    shadow.looked += looked
    shadow.unreadable = sorted({*shadow.unreadable, *unreadable})
    shadow.save(update_fields=["looked", "unreadable"])


def picture_of(frame: Frame) -> Picture | None:
    """What was scored of the frame; None where it is gone or damaged."""
    try:
        with still(frame) as stream:
            return decode(stream, long_side=SEEN_LONG_SIDE_PX)
    except Refused:
        return None
    except Retryable:
        if is_there(frame):
            raise
        return None


def is_there(frame: Frame) -> bool:
    file = frame.still or frame.footage.file
    return file.storage.exists(file.name) if file and file.name else False


def filled(scorer: Scorer, looks: Network, mapped: Mapped, picture: Picture | None) -> FrameScored:
    """The score of a frame with all of its regions: those on known spots as they were seen, the others as they are seen now."""
    known = known_regions([mapped.frame_id], same_backbone(scorer))[mapped.frame_id]
    like = alike(mapped.areas, known)
    stored = Region.objects.in_bulk([region for region in like if region])
    new = [area for area, region in zip(mapped.areas, like, strict=True) if region is None]
    seen = iter(looked_at(looks, mapped, picture, new))
    regions = [
        as_known(area, stored[region]) if region else next(seen)
        for area, region in zip(mapped.areas, like, strict=True)
    ]
    return replace(scored_of(mapped), regions=tuple(regions))


def as_known(area: Area, known: Region) -> RegionFound:
    """The area as the region on its spot was seen."""
    return RegionFound(
        box=area.box,
        festivity=area.festivity,
        share=area.share,
        vector=bytes(known.vector),
        depth_m=known.depth_m,
        patches=bytes(known.patches),
    )


def looked_at(
    looks: Network, mapped: Mapped, picture: Picture | None, areas: Sequence[Area]
) -> tuple[RegionFound, ...]:
    """Without a picture they look like nothing, and are told by their places alone."""
    if picture is None:
        blank = np.zeros(looks.backbone.dimension, dtype=np.float16).tobytes()
        return tuple(RegionFound(area.box, area.festivity, area.share, blank) for area in areas)
    image = ScoredImage(
        festivity=float(mapped.map.mean()),
        festivity_map=mapped.map,
        cls=mapped.cls,
        regions=looks.look_at(picture, areas),
    )
    return regions_of(image, picture)
