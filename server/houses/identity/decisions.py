"""What a person says of houses: that two are one, that they are two, that one is two. Each verb is one transaction, and can be
taken back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from server.accounts.models import User
from server.frames.models import Scorer
from server.houses.identity.leaving import recentre
from server.houses.identity.lock import lock_identity
from server.houses.identity.pins import shown_at
from server.houses.models import Decision, DecisionQuerySet, House, HouseScore, Pin, Season, Sighting
from server.houses.services import publish_beside, publish_scores, settle_houses
from server.houses.signals import houses_merged, houses_parted, scores_changed

Kind = Decision.Kind


class CannotDecide(Exception):
    """The word makes no sense as things stand; the message is a sentence for staff."""


@transaction.atomic
def say_same(*, house: House, other: House, by: User) -> Decision:
    """Merges `other` into `house`: its sightings, votes and address go over. It stays hidden if either was.

    Takes back an earlier word that they are two. Raises CannotDecide where they are one already.
    """
    house, other = both_present(house, other)
    standing_between(house, other, Kind.APART).update(undone_at=timezone.now(), undone_by=by)
    decision = Decision.objects.create(kind=Kind.SAME, house=house, other=other, by=by)
    move(decision, Sighting.objects.filter(house=other), before=other, to=house)
    follow(house, other)
    renew([house, other])
    return decision


@transaction.atomic
def say_apart(*, house: House, other: House, by: User) -> Decision:
    """Writes down that the two are never one house. Saying it again changes nothing."""
    house, other = both_present(house, other)
    said = standing_between(house, other, Kind.APART).first()
    return said or Decision.objects.create(kind=Kind.APART, house=house, other=other, by=by)


@transaction.atomic
def split(*, house: House, sightings: Sequence[int], by: User) -> Decision:
    """Founds a new house of these sightings (ids) of `house`. Votes stay where they are.

    Raises CannotDecide where none of them, or nothing else, would be left.
    """
    lock_identity()
    chosen = Sighting.objects.filter(house=house, pk__in=sightings)
    if not chosen.exists():
        raise CannotDecide(_("Choose the pictures that show another house."))
    if not Sighting.objects.filter(house=house).exclude(pk__in=sightings).exists():
        raise CannotDecide(_("Those are all its pictures. Leave at least one that shows this house."))
    first = chosen[0]
    other = House.objects.create(
        position=first.position,
        facing_deg=first.facing_deg,
        synthetic=house.synthetic,
        hidden=house.hidden,
    )
    decision = Decision.objects.create(kind=Kind.SPLIT, house=house, other=other, by=by)
    move(decision, chosen, before=house, to=other)
    renew([house, other])
    return decision


@transaction.atomic
def undo(decision: Decision, *, by: User) -> None:
    """Takes a word back: what it moved goes back where it was, also what was found since at the same spots.

    Raises CannotDecide where it was taken back already.
    """
    lock_identity()
    taken = Decision.objects.standing().filter(pk=decision.pk)
    if not taken.update(undone_at=timezone.now(), undone_by=by):
        raise CannotDecide(_("This was taken back already."))
    decision = Decision.objects.get(pk=decision.pk)
    if decision.kind == Kind.SAME:
        part_again(decision)
    elif decision.kind == Kind.SPLIT:
        join_again(decision)


def part_again(decision: Decision) -> None:
    house, other = decision.house.present, decision.other
    House.objects.filter(pk=other.pk).update(merged_into=None)
    spots = Sighting.objects.filter(house=house, pk__in=shown_at(decision.pins.all()))
    spots.update(house=other)
    houses_parted.send(House, house=house, other=other)
    renew([house, other])


def join_again(decision: Decision) -> None:
    house, other = decision.house.present, decision.other.present
    if house == other:
        return
    Sighting.objects.filter(house=other).update(house=house)
    follow(house, other)
    renew([house, other])


def both_present(house: House, other: House) -> tuple[House, House]:
    """What the two are today, under the lock that whoever identifies takes."""
    lock_identity()
    house.refresh_from_db()
    other.refresh_from_db()
    if house.present == other.present:
        raise CannotDecide(_("These two are one house already."))
    return house.present, other.present


def standing_between(house: House, other: House, kind: Decision.Kind) -> DecisionQuerySet:
    pair = [house, other]
    return Decision.objects.standing().filter(kind=kind, house__in=pair, other__in=pair)


def move(decision: Decision, sightings: QuerySet[Sighting], *, before: House, to: House) -> None:
    """Gives the sightings to another house, and pins the spots where they were seen."""
    moved = list(sightings.select_related("region"))
    Pin.objects.bulk_create(
        [
            Pin(decision=decision, frame_id=one.frame_id, box=one.region.box, house=to, before=before)
            for one in moved
        ]
    )
    Sighting.objects.filter(pk__in=[one.pk for one in moved]).update(house=to)


def follow(house: House, other: House) -> None:
    """`other` is `house` from now on, for votes and addresses, too."""
    hidden = house.hidden or other.hidden
    House.objects.filter(pk=house.pk).update(hidden=hidden)
    House.objects.filter(pk=other.pk).update(merged_into=house)
    houses_merged.send(House, house=house, other=other)


def renew(houses: Sequence[House]) -> None:
    """Places these houses anew by what they show now, and publishes their scores in every season that had one of them."""
    ids = sorted(house.pk for house in houses)
    shown = Scorer.objects.filter(sightings__house__in=ids).distinct().order_by("live", "pk")
    for scorer in shown:
        recentre(ids, scorer)
    settle_houses(ids)
    published = HouseScore.objects.filter(house__in=ids).values_list("scorer", "season").distinct()
    for hidden in House.objects.filter(pk__in=ids, hidden=True):
        publish_beside(hidden)
    for scorer_id, season_id in sorted(published):
        publish_scores(
            scorer=Scorer.objects.get(pk=scorer_id),
            season=Season.objects.get(pk=season_id),
            house_ids=ids,
        )
    scores_changed.send(House, house_ids=ids)
