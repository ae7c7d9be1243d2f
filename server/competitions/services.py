"""Verbs on competitions: one transaction each."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from server.competitions.models import Award, Competition, Entry, Phase
from server.competitions.queries import PLACES, is_eligible, standing_now, today
from server.core.identifiers import new_public_id
from server.houses.models import House

MOST_WAITING = 500


class Refused(Exception):
    """An entry cannot be taken."""


class Closed(Refused):
    """The competition has not begun, or is over."""


class Elsewhere(Refused):
    """The house does not stand where the competition is held, or is not on the map of its season."""


class EnteredAlready(Refused):
    """The house takes part, or waits to be looked at."""


class TooManyWaiting(Refused):
    """So many entries wait that no more are taken until some have been looked at."""


class NotOver(Exception):
    """A result is announced only when the competition is over."""


def enter(*, competition: Competition, house: House, email: str, sentence: str = "") -> Entry:
    """Enters a house; staff look at it. Raises what is a Refused."""
    if not competition.published or competition.phase(today()) is not Phase.OPEN:
        raise Closed
    if not is_eligible(competition, house):
        raise Elsewhere
    if competition.entries.waiting().count() >= MOST_WAITING:
        raise TooManyWaiting
    try:
        with transaction.atomic():
            return Entry.objects.create(competition=competition, house=house, email=email, sentence=sentence)
    except IntegrityError as error:
        raise EnteredAlready from error


def withdraw(entry: Entry) -> None:
    """At any time, at once: the entry is gone from every page, and its address is deleted."""
    standing = Entry.objects.filter(pk=entry.pk).exclude(state=Entry.State.WITHDRAWN)
    standing.update(state=Entry.State.WITHDRAWN, reason="", email="", sentence="", settled_at=timezone.now())


def approve(*, entry: Entry, by: Any) -> bool:
    """Whether it waited, or was declined, and takes part now."""
    return settle(entry, Entry.State.APPROVED, "", by)


def decline(*, entry: Entry, by: Any, reason: str) -> bool:
    """Whether it does not take part now. Its entrant reads why."""
    return settle(entry, Entry.State.DECLINED, str(Entry.Reason(reason)), by)


def settle(entry: Entry, state: str, reason: str, by: Any) -> bool:
    found = Entry.objects.filter(pk=entry.pk).exclude(state__in=[Entry.State.WITHDRAWN, state])
    try:
        with transaction.atomic():
            return bool(found.update(state=state, reason=reason, settled_at=timezone.now(), settled_by=by))
    except IntegrityError as error:
        raise EnteredAlready from error


@transaction.atomic
def announce(competition: Competition) -> int:
    """Writes the first three places of each category as they stand now; how many. Announced again, it is written anew; who has
    a place again keeps its public id, since badges stand on other sites.

    Raises NotOver.
    """
    kept = Competition.objects.select_for_update().get(pk=competition.pk)
    if kept.phase(today()) is not Phase.OVER:
        raise NotOver
    before = Award.objects.filter(category__competition=kept)
    named = {(award.category_id, award.entry_id): award.public_id for award in before}
    before.delete()
    awards = [
        Award(
            public_id=named.get((result.category.pk, placed.shown.entry.pk)) or new_public_id(),
            category=result.category,
            entry=placed.shown.entry,
            place=placed.place,
            worth=placed.worth,
        )
        for result in standing_now(kept)
        for placed in result.places[:PLACES]
    ]
    Award.objects.bulk_create(awards)
    Competition.objects.filter(pk=kept.pk).update(announced_at=timezone.now())
    return len(awards)


def forget_addresses() -> int:
    """Deletes the addresses of competitions that ended long enough ago; how many. Called again and again."""
    known = Competition.objects.filter(entries__in=Entry.objects.exclude(email=""), ends_on__lt=today())
    over = [one.pk for one in known.distinct() if one.forgets_on <= today()]
    return Entry.objects.filter(competition__in=over).exclude(email="").update(email="")
