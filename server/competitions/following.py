"""Entries go with their house when it is merged into another, and back when the two are parted again."""

from __future__ import annotations

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from server.competitions.models import Entry
from server.houses.models import House

STANDING = (Entry.State.WAITING, Entry.State.APPROVED)


def follow_merge(*, house: House, other: House, **_: object) -> None:
    """Entries of `other` are of `house`. Where both stand in a competition one is declined: that which waits, else the one of
    `other`."""
    for entry in Entry.objects.select_for_update().filter(house=other).order_by("pk"):
        decline_twin(entry, house)
        moved = Entry.objects.filter(pk=entry.pk)
        moved.update(house=house, entered_for=Coalesce(F("entered_for"), F("house")))


def decline_twin(entry: Entry, house: House) -> None:
    if entry.state not in STANDING:
        return
    beside = Entry.objects.select_for_update().filter(
        competition=entry.competition_id, house=house, state__in=STANDING
    )
    twin = beside.first()
    if twin is None:
        return
    ahead = entry.state == Entry.State.APPROVED and twin.state == Entry.State.WAITING
    declined = Entry.objects.filter(pk=twin.pk if ahead else entry.pk)
    declined.update(state=Entry.State.DECLINED, reason=Entry.Reason.TWICE, settled_at=timezone.now())


def follow_parting(*, house: House, other: House, **_: object) -> None:
    """The entries that came with `other` go back to it. What was declined stays so; staff may approve it again."""
    came = Entry.objects.filter(house=house, entered_for__in=[*other.former_ids, other.pk])
    came.update(house=other)
    Entry.objects.filter(house=other, entered_for=other).update(entered_for=None)
