"""Frames are made, scored and set aside. Callers in a worker hold their lease around these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

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


@transaction.atomic
def ensure_scorer(*, scorer_hash: str, backbone: str, head: str, card: dict[str, Any]) -> Scorer:
    """The scorer's row. The first one ever is live at once; later ones wait to be promoted."""
    scorer, made = Scorer.objects.get_or_create(
        hash=scorer_hash, defaults={"backbone": backbone, "head": head, "card": card}
    )
    if made and not Scorer.objects.filter(live=True).exists():
        scorer.live = True
        scorer.save(update_fields=["live"])
    return scorer


def keep_head(scorer: Scorer, *, npz: bytes, card: dict[str, Any]) -> None:
    """Keeps the scorer's head with its row, once."""
    KeptHead.objects.get_or_create(scorer=scorer, defaults={"npz": npz, "card": card})


def register_scorer(scorer: Scorer) -> None:
    """Notes that a worker came up with it: new frames are scored with it from now on."""
    Scorer.objects.filter(pk=scorer.pk).update(registered_at=timezone.now())


class CannotPromote(Exception):
    """The scorer has not scored everything yet; the message is a sentence for staff."""


@transaction.atomic
def promote(scorer: Scorer) -> None:
    """Makes `scorer` the live one, at one moment, for every page. Raises CannotPromote where pages would lose frames."""
    locked = {row.pk: row for row in Scorer.objects.select_for_update().order_by("pk")}
    left = Frame.objects.unscored(scorer).filter(scores__scorer__live=True, drive__failure="").count()
    if left:
        raise CannotPromote(_("%d frames are not scored by it yet. Run manage.py rescore first.") % left)
    Scorer.objects.filter(pk__in=locked, live=True).update(live=False)
    Scorer.objects.filter(pk=scorer.pk).update(live=True)


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
    """Writes scores and regions that are missing under `(frame, scorer)`; the number written now."""
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
    note_quality(scored)
    Frame.objects.filter(pk__in=[s.frame_id for s in scored]).update(attempts=0)
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
