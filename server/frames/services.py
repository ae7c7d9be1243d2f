"""Frames are made, scored and set aside. Callers in a worker hold their lease around these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from server.core.sql import read_sql
from server.drives.models import Footage, Reason
from server.frames.models import Frame, FrameScore, KeptHead, PatchFeatures, Region, Scorer

MAX_FRAME_ATTEMPTS = 5


@dataclass(frozen=True)
class RegionFound:
    """`vector` is a float16 unit vector; `box` is x0, y0, x1, y1 in [0, 1]. `depth_m`: along the optical axis, if known.

    `patches`: as a worker compares them.
    """

    box: tuple[float, float, float, float]
    festivity: float
    share: float
    vector: bytes
    depth_m: float | None = None
    patches: bytes = b""


@dataclass(frozen=True)
class FrameScored:
    """`map_bytes`: rows × columns of uint8, 255 = 1. `cls_vector`: float16. `sharpness` and `exposure` of its picture."""

    frame_id: int
    festivity: float
    map_rows: int
    map_columns: int
    map_bytes: bytes
    cls_vector: bytes
    regions: tuple[RegionFound, ...]
    sharpness: float | None = None
    exposure: float | None = None


@dataclass(frozen=True)
class AreaFound:
    """A region that nobody has looked at; see `Region`."""

    box: tuple[float, float, float, float]
    festivity: float
    share: float


@dataclass(frozen=True)
class FrameTaken:
    """A score without regions, its areas, and for each the region (id) of another scorer that it looks like."""

    score: FrameScored
    areas: tuple[AreaFound, ...]
    like: tuple[int, ...]


@transaction.atomic
def ensure_scorer(*, scorer_hash: str, backbone: str, head: str, card: dict[str, Any]) -> Scorer:
    """The scorer's row. The first one ever is live at once; later ones wait to be promoted."""
    scorer, made = Scorer.objects.get_or_create(
        hash=scorer_hash, defaults={"backbone": backbone, "head": head, "card": card}
    )
    if made and not Scorer.objects.filter(live=True).exists():
        scorer.live, scorer.promoted_at = True, timezone.now()
        scorer.save(update_fields=["live", "promoted_at"])
    return scorer


def keep_head(scorer: Scorer, *, npz: bytes, card: dict[str, Any]) -> None:
    """Keeps the scorer's head with its row, once."""
    KeptHead.objects.get_or_create(scorer=scorer, defaults={"npz": npz, "card": card})


def register_scorer(scorer: Scorer) -> None:
    """Notes that a worker came up with it: new frames are scored with it from now on."""
    Scorer.objects.filter(pk=scorer.pk).update(registered_at=timezone.now())


def store_pictures(frame: Frame, *, still: bytes, picture: bytes, thumbnail: bytes) -> None:
    """Writes three JPEGs and sets the unsaved row's file fields: the private still, and the two that pages show."""
    folder = f"frames/{frame.drive.public_id}/{frame.public_id}"
    frame.still.save(f"stills/{frame.drive.public_id}/{frame.public_id}.jpg", ContentFile(still), save=False)
    frame.picture.save(f"{folder}/picture.jpg", ContentFile(picture), save=False)
    frame.thumbnail.save(f"{folder}/thumbnail.jpg", ContentFile(thumbnail), save=False)


def keep_features(frame: Frame, *, backbone_sha256: str, content: bytes) -> None:
    """Puts the features of a frame in the place of those that were kept of it."""
    name = f"features/{frame.drive.public_id}/{frame.public_id}-{backbone_sha256[:12]}.features"
    storage = PatchFeatures._meta.get_field("file").storage
    storage.delete(name)
    PatchFeatures.objects.update_or_create(
        frame=frame,
        backbone_sha256=backbone_sha256,
        defaults={"file": storage.save(name, ContentFile(content))},
    )


def add_frames(frames: Sequence[Frame]) -> int:
    """Inserts what is missing under `(footage, at_ms, view)`; the number of frames given."""
    Frame.objects.bulk_create(frames, ignore_conflicts=True)
    return len(frames)


def begin_attempt(frames: Iterable[Frame]) -> None:
    """Counts an attempt before it is made, so that a frame that kills its worker is known by its count."""
    Frame.objects.filter(pk__in=[frame.pk for frame in frames]).update(attempts=F("attempts") + 1)


@transaction.atomic
def set_aside(frame: Frame, *, detail: str = "") -> None:
    """Takes a frame out of scoring for good; its footage says so to the driver."""
    Frame.objects.filter(pk=frame.pk).update(poisoned=True)
    Footage.objects.filter(pk=frame.footage_id).update(
        state=Footage.State.REJECTED, reason=Reason.POISON, detail=detail[:255]
    )


@transaction.atomic
def record_scores(scorer: Scorer, scored: Sequence[FrameScored]) -> int:
    """Writes scores and regions that are missing under `(frame, scorer)`, and what was measured of their pictures; the number
    written now."""
    written = write_missing(scorer, scored)
    note_quality(scored)
    Frame.objects.filter(pk__in=[s.frame_id for s in scored]).update(attempts=0)
    return written


@transaction.atomic
def write_missing(scorer: Scorer, scored: Sequence[FrameScored]) -> int:
    """Scores and regions alone; nothing of the frames changes."""
    known = set(
        FrameScore.objects.filter(scorer=scorer, frame__in=[s.frame_id for s in scored]).values_list(
            "frame_id", flat=True
        )
    )
    missing = [s for s in scored if s.frame_id not in known]
    FrameScore.objects.bulk_create([score_row(scorer, s) for s in missing], ignore_conflicts=True)
    Region.objects.bulk_create(
        [
            region_row(scorer, s.frame_id, index, region)
            for s in missing
            for index, region in enumerate(s.regions)
        ],
        ignore_conflicts=True,
    )
    return len(missing)


@transaction.atomic
def write_taken(scorer: Scorer, scored: Sequence[FrameTaken]) -> int:
    """Scores that are missing, with regions that look as regions of another scorer of the same backbone; the number written now.

    What the network saw of them is copied within the database.
    """
    found = [s.score for s in scored]
    known = set(
        FrameScore.objects.filter(scorer=scorer, frame__in=[s.frame_id for s in found]).values_list(
            "frame_id", flat=True
        )
    )
    missing = [s for s in scored if s.score.frame_id not in known]
    FrameScore.objects.bulk_create([score_row(scorer, s.score) for s in missing], ignore_conflicts=True)
    rows = [
        (s.score.frame_id, index, *region)
        for s in missing
        for index, region in enumerate(zip(s.areas, s.like, strict=True))
    ]
    columns: dict[str, list[Any]] = {
        "frames": [row[0] for row in rows],
        "indices": [row[1] for row in rows],
        "festivities": [area.festivity for _, _, area, _ in rows],
        "shares": [area.share for _, _, area, _ in rows],
        "like": [like for *_, like in rows],
    }
    boxes = {
        f"{side}s": [area.box[at] for _, _, area, _ in rows]
        for at, side in enumerate(("x0", "y0", "x1", "y1"))
    }
    with connection.cursor() as cursor:
        cursor.execute(read_sql("frames/take_regions.sql"), {"scorer": scorer.pk, **columns, **boxes})
    return len(missing)


def note_quality(scored: Sequence[FrameScored]) -> None:
    """How sharp and how light the pictures are, of those that were measured."""
    measured = [
        Frame(pk=s.frame_id, sharpness=s.sharpness, exposure=s.exposure)
        for s in scored
        if s.sharpness is not None
    ]
    Frame.objects.bulk_update(measured, ["sharpness", "exposure"])


def score_row(scorer: Scorer, scored: FrameScored) -> FrameScore:
    return FrameScore(
        frame_id=scored.frame_id,
        scorer=scorer,
        festivity=scored.festivity,
        map_rows=scored.map_rows,
        map_columns=scored.map_columns,
        map_bytes=scored.map_bytes,
        cls_vector=scored.cls_vector,
    )


def region_row(scorer: Scorer, frame_id: int, index: int, region: RegionFound) -> Region:
    return Region(
        frame_id=frame_id,
        scorer=scorer,
        index=index,
        box=list(region.box),
        festivity=region.festivity,
        share=region.share,
        vector=region.vector,
        depth_m=region.depth_m,
        patches=region.patches,
    )


def place_frames(frames: Sequence[Frame]) -> None:
    """Writes each frame's time, position and heading, as newly computed from the track."""
    Frame.objects.bulk_update(frames, ["captured_at", "position", "heading_deg"], batch_size=500)
