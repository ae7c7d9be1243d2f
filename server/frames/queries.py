from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, Q

from server.accounts.models import User
from server.frames.models import Frame, FrameQuerySet, PatchFeatures, Scorer


def live_scorer() -> Scorer | None:
    return Scorer.objects.filter(live=True).first()


def is_live(scorer: Scorer) -> bool:
    """Whether it is at this moment, whatever was read before."""
    return Scorer.objects.filter(pk=scorer.pk, live=True).exists()


def newest_scorer() -> Scorer | None:
    """The one that a worker registered last: what new frames are scored with."""
    return Scorer.objects.order_by("-registered_at", "-pk").first()


def frames_readable_by(user: User | AnonymousUser) -> FrameQuerySet:
    """The frames that a person may look into whether they are public or not: their own drives', and every one for staff. For
    labellers all but those that show a hidden house."""
    if isinstance(user, AnonymousUser):
        return Frame.objects.none()
    if user.is_staff:
        return Frame.objects.all()
    if not user.is_labeller:
        return Frame.objects.owned_by(user)
    hidden = Frame.objects.showing_hidden().values("pk")
    return Frame.objects.filter(Q(drive__driver=user) | ~Q(pk__in=hidden))


def kept_features(frames: Iterable[Frame], backbone_sha256: str) -> dict[int, bytes]:
    """What is kept of these frames, by frame id; a file that is gone counts as not kept."""
    rows = features_of({frame.pk for frame in frames}, backbone_sha256)
    found = ((frame_id, content_of(row)) for frame_id, row in rows.items())
    return {frame_id: content for frame_id, content in found if content}


def features_of(frame_ids: Iterable[int], backbone_sha256: str) -> dict[int, PatchFeatures]:
    """The rows of what is kept of these frames, by frame id; their files are not opened."""
    rows = PatchFeatures.objects.filter(frame__in=list(frame_ids), backbone_sha256=backbone_sha256)
    return {row.frame_id: row for row in rows}


def content_of(features: PatchFeatures) -> bytes:
    """The file's bytes; none where it is gone."""
    try:
        with features.file.open("rb") as stream:
            return bytes(stream.read())
    except FileNotFoundError:
        return b""


def parts_of(drive_id: int) -> int:
    """Into how many parts the scoring of a drive is shared out; at least one, so that an empty stage ends too."""
    last = Frame.objects.filter(drive_id=drive_id).aggregate(last=Max("part"))["last"]
    return 1 if last is None else last + 1
