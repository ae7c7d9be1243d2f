from __future__ import annotations

from django.db.models import Max

from server.frames.models import Frame, Scorer


def live_scorer() -> Scorer | None:
    return Scorer.objects.filter(live=True).first()


def newest_scorer() -> Scorer | None:
    """The one that a worker registered last: what new frames are scored with."""
    return Scorer.objects.order_by("-registered_at", "-pk").first()


def parts_of(drive_id: int) -> int:
    """Into how many parts the scoring of a drive is shared out; at least one, so that an empty stage ends too."""
    last = Frame.objects.filter(drive_id=drive_id).aggregate(last=Max("part"))["last"]
    return 1 if last is None else last + 1
