"""A person says which house is which: it lasts, votes and addresses follow, and it can be taken back."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from server.accounts.models import User
from server.drives.models import Drive
from server.frames.models import Scorer
from server.houses.identity.decisions import CannotDecide, say_apart, say_same, split, undo
from server.houses.identity.identify import identify_drive
from server.houses.models import Decision, House, HouseScore, Sighting
from server.votes.models import Vote
from tests.server import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> User:
    return make.make_staff()


@pytest.fixture
def house() -> House:
    return make.make_ranked_house(0.2)


@pytest.fixture
def other() -> House:
    return make.make_ranked_house(0.1, make.place(12))


def shown(house: House) -> set[int]:
    return set(Sighting.objects.filter(house=house).values_list("pk", flat=True))


def again(sighting: Sighting) -> Sighting:
    """The region found anew, as after a drive was placed again, without a house."""
    region = sighting.region
    sighting.delete()
    return make.see(None, sighting.frame, region=region, position=sighting.position)


def test_two_that_are_one_show_all_that_both_showed(house: House, other: House, staff: User) -> None:
    both = shown(house) | shown(other)
    say_same(house=house, other=other, by=staff)
    assert shown(house) == both
    assert not House.objects.visible().filter(pk=other.pk).exists()
    assert not HouseScore.objects.filter(house=other).exists()


def test_the_address_of_a_merged_house_leads_to_the_one_that_it_is(
    client: Client, house: House, other: House, staff: User
) -> None:
    say_same(house=house, other=other, by=staff)
    for page in ("houses:house", "houses:card"):
        answer = client.get(reverse(page, args=[other.public_id]), {"season": "2026"})
        assert answer.status_code == 301
        assert answer.headers["Location"] == reverse(page, args=[house.public_id]) + "?season=2026"


def test_a_merge_of_a_merge_leads_to_the_last(
    client: Client, house: House, other: House, staff: User
) -> None:
    third = make.make_ranked_house(0.3, make.place(20))
    say_same(house=house, other=other, by=staff)
    say_same(house=third, other=house, by=staff)
    answer = client.get(reverse("houses:house", args=[other.public_id]))
    assert answer.headers["Location"] == reverse("houses:house", args=[third.public_id])


def test_votes_follow_a_merge_and_count_where_they_are(house: House, other: House, staff: User) -> None:
    for cast_for in (house, other, other):
        make.make_vote(cast_for)
    decision = say_same(house=house, other=other, by=staff)
    assert HouseScore.objects.get(house=house).votes == 3
    undo(decision, by=staff)
    assert dict(HouseScore.objects.values_list("house", "votes")) == {house.pk: 1, other.pk: 2}


def test_what_is_taken_back_is_as_it_was(house: House, other: House, staff: User) -> None:
    voter = make.make_user()
    make.make_vote(other, voter)
    before = shown(house), shown(other)
    undo(say_same(house=house, other=other, by=staff), by=staff)
    other.refresh_from_db()
    assert (shown(house), shown(other)) == before
    assert other.merged_into is None
    assert HouseScore.objects.filter(house=other).exists()
    assert [(vote.house, vote.cast_for) for vote in Vote.objects.all()] == [(other, None)]


def test_a_merge_below_another_merge_can_be_taken_back(house: House, other: House, staff: User) -> None:
    third = make.make_ranked_house(0.3, make.place(20))
    lower = say_same(house=house, other=other, by=staff)
    kept = set(lower.pins.values_list("frame__sightings", flat=True))
    say_same(house=third, other=house, by=staff)
    undo(lower, by=staff)
    assert shown(other) == kept
    assert not shown(third) & kept
    fresh = again(Sighting.objects.get(house=other))
    identify_drive(drive_of(fresh), make.the_scorer())
    assert not shown(third) & {fresh.pk}


def test_no_word_is_taken_back_twice(house: House, other: House, staff: User) -> None:
    decision = say_same(house=house, other=other, by=staff)
    undo(decision, by=staff)
    with pytest.raises(CannotDecide):
        undo(decision, by=staff)


def test_what_is_one_already_cannot_be_merged(house: House, other: House, staff: User) -> None:
    say_same(house=house, other=other, by=staff)
    for one, two in ((house, other), (other, house), (house, house)):
        with pytest.raises(CannotDecide):
            say_same(house=one, other=two, by=staff)


def test_a_house_that_was_hidden_hides_what_it_is_merged_with(
    house: House, other: House, staff: User
) -> None:
    House.objects.filter(pk=other.pk).update(hidden=True)
    say_same(house=house, other=other, by=staff)
    assert not House.objects.visible().exists()


def test_the_newest_word_counts(house: House, other: House, staff: User) -> None:
    apart = say_apart(house=house, other=other, by=staff)
    assert say_apart(house=other, other=house, by=staff) == apart
    say_same(house=house, other=other, by=staff)
    apart.refresh_from_db()
    assert apart.undone_at
    assert [decision.kind for decision in Decision.objects.standing()] == [Decision.Kind.SAME]


def test_a_part_of_a_house_becomes_one_of_its_own(house: House, staff: User) -> None:
    strange = make.see(house, share=0.3)
    decision = split(house=house, sightings=[strange.pk], by=staff)
    assert shown(decision.other) == {strange.pk}
    assert strange.pk not in shown(house)
    assert HouseScore.objects.filter(house=decision.other).exists()


def test_a_split_can_be_taken_back_and_its_address_stays(client: Client, house: House, staff: User) -> None:
    strange = make.see(house, share=0.3)
    decision = split(house=house, sightings=[strange.pk], by=staff)
    undo(decision, by=staff)
    assert strange.pk in shown(house)
    answer = client.get(reverse("houses:house", args=[decision.other.public_id]))
    assert answer.headers["Location"] == reverse("houses:house", args=[house.public_id])


def test_all_or_nothing_cannot_be_split_off(house: House, staff: User) -> None:
    for chosen in ([], list(shown(house)), [0]):
        with pytest.raises(CannotDecide):
            split(house=house, sightings=chosen, by=staff)


@pytest.mark.parametrize("same_scorer", [True, False])
def test_a_split_is_remembered_when_the_drive_is_identified_again(
    house: House, staff: User, same_scorer: bool
) -> None:
    strange = make.see(house, share=0.3)
    other = split(house=house, sightings=[strange.pk], by=staff).other
    scorer = make.the_scorer() if same_scorer else make.make_scorer()
    fresh = again(strange) if same_scorer else spotted(strange, scorer)
    identify_drive(drive_of(fresh), scorer)
    fresh.refresh_from_db()
    assert fresh.house == other


def test_a_merge_is_remembered_when_the_drive_is_identified_again(
    house: House, other: House, staff: User
) -> None:
    moved = Sighting.objects.get(house=other)
    say_same(house=house, other=other, by=staff)
    fresh = again(moved)
    identify_drive(drive_of(fresh), make.the_scorer())
    fresh.refresh_from_db()
    assert fresh.house == house


def test_a_word_taken_back_pins_nothing(house: House, staff: User) -> None:
    strange = make.see(house, share=0.3)
    decision = split(house=house, sightings=[strange.pk], by=staff)
    undo(decision, by=staff)
    fresh = again(strange)
    identify_drive(drive_of(fresh), make.the_scorer())
    fresh.refresh_from_db()
    assert fresh.house == house


def spotted(sighting: Sighting, scorer: Scorer) -> Sighting:
    """What another scorer finds at the same spot, without a house."""
    return make.see(None, sighting.frame, scorer=scorer, position=sighting.position)


def drive_of(sighting: Sighting) -> Drive:
    return sighting.frame.drive
