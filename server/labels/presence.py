"""Who has the page of a frame open to label it: each open page says so every 20 seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from server.accounts.models import User
from server.frames.models import Frame
from server.labels.models import Presence

BEAT_S = 20
GONE_AFTER = timedelta(seconds=50)
"""Two signs may be late or lost."""


@dataclass(frozen=True)
class Present:
    name: str
    since: datetime


def name_of(person: User, reader: User | None) -> str:
    """What a reader is told: staff, and the person, the name or what stands before the @ of the address; others none."""
    if reader is None or not (reader.is_staff or reader.pk == person.pk):
        return _("Another labeller")
    return person.get_full_name() or person.email.partition("@")[0]


def arrive(frame: Frame, labeller: User) -> None:
    """A sign of the open page. Whoever was away longer than 50 s has come anew."""
    now = timezone.now()
    Presence.objects.filter(frame=frame, labeller=labeller, seen_at__lt=now - GONE_AFTER).delete()
    Presence.objects.update_or_create(
        frame=frame,
        labeller=labeller,
        defaults={"seen_at": now},
        create_defaults={"seen_at": now, "since": now},
    )


def leave(frame: Frame, labeller: User) -> None:
    Presence.objects.filter(frame=frame, labeller=labeller).delete()


def present_on(frames: Iterable[Frame], besides: User | None = None) -> dict[int, list[Present]]:
    """Who is at the frames now `besides` the reader, by the id of the frame, the first to come first; no empty lists."""
    there = Presence.objects.filter(frame__in=list(frames), seen_at__gte=timezone.now() - GONE_AFTER)
    if besides is not None:
        there = there.exclude(labeller=besides)
    found: dict[int, list[Present]] = {}
    for one in there.select_related("labeller").order_by("since", "pk"):
        found.setdefault(one.frame_id, []).append(Present(name_of(one.labeller, besides), one.since))
    return found


def sweep() -> int:
    """Drops signs of people who left without saying so; how many."""
    count, _each = Presence.objects.filter(seen_at__lt=timezone.now() - GONE_AFTER).delete()
    return count
