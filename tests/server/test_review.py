"""The review of houses that may be one: what is asked first, what is never asked again, and what staff see."""

from __future__ import annotations

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from server.houses.models import Comparison, Decision, House, Sighting
from server.review.doubts import chance_of, doubts
from tests.server import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make.make_staff())
    return client


def pair(east_m: float = 10, festivity: float = 0.2, at_m: float = 0) -> tuple[House, House]:
    """Two houses on the list, `east_m` apart, the second one fainter."""
    house = make.make_ranked_house(festivity, make.place(at_m))
    other = make.make_ranked_house(festivity / 2, make.place(at_m + east_m))
    for one in (house, other):
        make.give_picture(Sighting.objects.get(house=one).frame)
    return house, other


def word(staff: Client, house: House, other: House, said: str) -> None:
    posted = {"house": house.public_id, "other": other.public_id, "word": said}
    assert staff.post(reverse("review:queue"), posted).status_code == 302


def test_the_brightest_doubt_comes_first() -> None:
    faint, bright = pair(festivity=0.02, at_m=500), pair(festivity=0.3)
    assert [(doubt.house, doubt.other) for doubt in doubts()] == [bright, faint]


def test_houses_across_the_road_far_off_or_hidden_are_no_doubt() -> None:
    pair(east_m=30)
    make.make_ranked_house(0.2, make.place(1000), facing_deg=90)
    make.make_ranked_house(0.2, make.place(1010), facing_deg=270)
    make.make_ranked_house(0.2, make.place(2000))
    make.make_ranked_house(0.2, make.place(2005), hidden=True)
    assert doubts() == []


def test_the_nearer_the_likelier_and_patches_outweigh_likeness() -> None:
    assert chance_of(2, None, None) > chance_of(12, None, None) > chance_of(20, None, None)
    assert chance_of(12, 0.9, None) > chance_of(12, 0.0, None)
    assert chance_of(12, 0.0, 0.99) > chance_of(12, 0.9, None) > chance_of(12, 0.9, 0.01)


def test_a_comparison_of_patches_is_read() -> None:
    pair()
    first, second = sorted(Sighting.objects.values_list("region", flat=True))
    Comparison.objects.create(first_id=first, second_id=second, way="match", chance=0.97, made_by="test")
    assert doubts()[0].matched == pytest.approx(0.97)


def test_likeness_is_the_cosine_of_both_displays() -> None:
    house, other = pair()
    random = np.random.default_rng(4).normal(size=8)
    alike = (random / np.linalg.norm(random)).astype(np.float16).tobytes()
    for sighting in Sighting.objects.filter(house__in=(house, other)):
        sighting.region.vector = alike
        sighting.region.save(update_fields=["vector"])
    assert doubts()[0].likeness == pytest.approx(1, abs=2e-3)


@pytest.mark.parametrize("said", ["same", "apart"])
def test_what_was_answered_is_not_asked_again(staff: Client, said: str) -> None:
    house, other = pair()
    word(staff, house, other, said)
    assert doubts() == []
    assert [decision.kind for decision in Decision.objects.all()] == [said]
    assert "Nothing in doubt" in staff.get(reverse("review:queue")).content.decode()


def test_what_was_taken_back_is_asked_again(staff: Client) -> None:
    word(staff, *pair(), "same")
    staff.post(reverse("review:undo", args=[Decision.objects.get().pk]))
    assert len(doubts()) == 1
    assert "taken back" in staff.get(reverse("review:decisions")).content.decode()


def test_a_skipped_pair_makes_room_for_the_next(staff: Client) -> None:
    bright, faint = pair(festivity=0.3), pair(festivity=0.05, at_m=500)
    word(staff, *bright, "skip")
    page = staff.get(reverse("review:queue")).content.decode()
    assert faint[0].public_id in page
    assert bright[0].public_id not in page


@pytest.mark.parametrize("posted", [{}, {"house": "x", "other": "y", "word": "same"}])
def test_a_word_on_no_house_is_refused(staff: Client, posted: dict[str, str]) -> None:
    assert staff.post(reverse("review:queue"), posted).status_code == 404


def test_an_unknown_word_is_refused(staff: Client) -> None:
    house, other = pair()
    posted = {"house": house.public_id, "other": other.public_id, "word": "perhaps"}
    assert staff.post(reverse("review:queue"), posted).status_code == 404


def test_a_house_is_parted_by_ticking_what_shows_another(staff: Client) -> None:
    house, _ = pair()
    strange = make.see(house, share=0.3)
    address = reverse("review:house", args=[house.public_id])
    staff.post(address, {"sightings": [strange.pk]})
    assert Decision.objects.get().kind == Decision.Kind.SPLIT
    assert Sighting.objects.filter(house=house).count() == 1


def test_parting_nothing_says_what_to_do(staff: Client) -> None:
    house, _ = pair()
    answer = staff.post(reverse("review:house", args=[house.public_id]), follow=True)
    assert "Choose the pictures" in answer.content.decode()


def test_a_crop_is_the_part_of_the_picture_that_the_region_is(staff: Client) -> None:
    house, _ = pair()
    region = Sighting.objects.get(house=house).region
    answer = staff.get(reverse("review:crop", args=[region.pk]))
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert "private" in answer.headers["Cache-Control"]


def test_a_crop_of_a_picture_that_is_gone_is_not_found(staff: Client) -> None:
    region = make.make_region(make.make_frame())
    assert staff.get(reverse("review:crop", args=[region.pk])).status_code == 404
