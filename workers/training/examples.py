"""From labels to examples: masks and stored features, in groups that are left out together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np
from django.utils.translation import gettext as _
from PIL import UnidentifiedImageError

from ml.packing import Packing, StoredError
from ml.patches import NEGATIVE_COVERAGE, POSITIVE_COVERAGE
from ml.teaching.examples import Example, example_of
from ml.types import Image
from server.frames.models import Frame, PatchFeatures
from server.frames.queries import content_of, features_of
from server.labels.models import Label
from server.labels.pictures import NoPicture, picture_of, unpacked
from server.training.queries import FEWEST_FRAMES, SCORE_AGAIN
from workers.ends import Rejected

FEWEST_DRIVES = 3
FEWEST_GROUPS = 3
GAPS_S = (90.0, 30.0, 10.0, 3.0, 0.0)


@dataclass(frozen=True)
class Told:
    """What labels tell: their `examples`, beside the labels; `left_out`: which frames do not count, and why.

    `by_drive`: groups are drives; otherwise stretches of them.
    """

    labels: list[Label]
    examples: list[Example]
    left_out: list[tuple[str, str]]
    by_drive: bool


class Unusable(Exception):
    """A label cannot be learnt from; the message says why."""


def examples_of(labels: Sequence[Label], packing: Packing, done: Callable[[int], None]) -> Told:
    """`done` is called with how many labels were looked at."""
    kept = features_of({label.frame_id for label in labels}, packing.backbone_sha256)
    groups, by_drive = groups_of([label.frame for label in labels])
    told = Told([], [], [], by_drive)
    for number, (label, group) in enumerate(zip(labels, groups, strict=True), start=1):
        try:
            told.examples.append(example(label, group, kept.get(label.frame_id), packing))
            told.labels.append(label)
        except Unusable as reason:
            told.left_out.append((label.frame.public_id, str(reason)))
        done(number)
    return told


def example(label: Label, group: str, kept: PatchFeatures | None, packing: Packing) -> Example:
    """Raises Unusable."""
    content = content_of(kept) if kept else b""
    if not content:
        raise Unusable(_("no patch features are kept of it; run {command}").format(command=SCORE_AGAIN))
    try:
        mask = unpacked(bytes(label.mask or b""))
    except (OSError, UnidentifiedImageError) as error:
        raise Unusable(_("its mask cannot be read; draw it again")) from error
    picture = picture_if_any(label.frame)
    if picture is not None and picture.shape[:2] != mask.shape:
        raise Unusable(_("its mask does not fit its picture any more; draw it again"))
    try:
        return example_of(label.frame.public_id, group, packing, content, mask, picture)
    except StoredError as error:
        raise Unusable(str(error)) from error


def picture_if_any(frame: Frame) -> Image | None:
    try:
        return picture_of(frame)
    except NoPicture:
        return None


def groups_of(frames: Sequence[Frame]) -> tuple[list[str], bool]:
    """The group of each frame (drives together, times in order), and whether groups are drives.

    With three drives or more each is one. Of fewer, a group is a stretch without a pause of 90 seconds between labelled frames;
    where that gives fewer than three, shorter pauses part them, in the end each moment is by itself.
    """
    drives = [frame.drive.public_id for frame in frames]
    if len(set(drives)) >= FEWEST_DRIVES:
        return drives, True
    at = [frame.captured_at for frame in frames]
    for gap_s in GAPS_S:
        groups = stretches(drives, at, gap_s)
        if len(set(groups)) >= FEWEST_GROUPS:
            break
    return groups, False


def stretches(drives: Sequence[str], at: Sequence[datetime], gap_s: float) -> list[str]:
    starts = [
        before[0] != after[0] or (after[1] - before[1]).total_seconds() > gap_s
        for before, after in pairwise(zip(drives, at, strict=True))
    ]
    return [f"{number:05}" for number in np.cumsum([0, *starts][: len(drives)])]


def refuse_one_sided(told: Told) -> None:
    """Raises Rejected where nothing can be learnt, with what to do about it."""
    if not told.examples:
        raise Rejected(
            _(
                "Of none of the labelled frames are patch features kept. Have their drives scored again: {command}"
            ).format(command=SCORE_AGAIN)
        )
    if len(told.examples) < FEWEST_FRAMES:
        raise Rejected(
            _(
                "Only %(count)d of the labelled frames can be learnt from; the log says why. Label at least %(least)d."
            )
            % {"count": len(told.examples), "least": FEWEST_FRAMES}
        )
    if len({one.group for one in told.examples}) < 2:
        raise Rejected(_("All labelled frames were taken at one moment. Label frames of other places, too."))
    if not any((one.share >= POSITIVE_COVERAGE).any() for one in told.examples):
        raise Rejected(
            _("No mask covers a patch as a whole. Label a frame that shows a larger festive area, too.")
        )
    if not any((one.share <= NEGATIVE_COVERAGE).any() for one in told.examples):
        raise Rejected(
            _("No patch of the labelled frames is free of festive light. Label a darker frame, too.")
        )
