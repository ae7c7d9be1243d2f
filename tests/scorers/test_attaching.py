"""What a scorer sees that is not live attaches to houses, and moves none of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

import tests.server.factories as make
from server.drives.models import Drive
from server.frames.models import Frame, Region, Scorer
from server.houses.identity.attaching import attach_drive
from server.houses.identity.identify import identify_drive
from server.houses.models import House, HouseScore, Sighting
from server.houses.placing.locate import place_beside
from server.houses.queries import best_frames
from server.houses.services import publish_scores
from server.maps.models import MapHouse
from tests.server.test_growing_together import drive_past
from workers.shadow.drives import houses_shown, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def live() -> Scorer:
    return make.make_scorer(live=True)


@pytest.fixture
def shadow() -> Scorer:
    return make.make_scorer()


def house_rows() -> list[dict[str, Any]]:
    return list(House.objects.order_by("pk").values())


def test_what_is_seen_in_shadow_attaches_to_the_house_that_is_there(live: Scorer, shadow: Scorer) -> None:
    identify_drive(drive_past([0.0, 40.0], live), live)
    before = house_rows()
    drive = drive_past([0.0, 40.0], shadow, 2.0)
    attach_drive(drive, shadow)
    assert house_rows() == before
    seen = Sighting.objects.filter(scorer=shadow)
    assert set(seen.values_list("house", flat=True)) == {house["id"] for house in before}


def test_what_is_seen_twice_attaches_once(live: Scorer, shadow: Scorer) -> None:
    drive = drive_past([0.0, 40.0], shadow)
    assert attach_drive(drive, shadow) > 0
    before = house_rows(), list(Sighting.objects.order_by("pk").values_list("house", flat=True))
    assert attach_drive(drive, shadow) == 0
    assert (house_rows(), list(Sighting.objects.order_by("pk").values_list("house", flat=True))) == before


def test_a_hidden_house_takes_what_the_shadow_sees_of_it(live: Scorer, shadow: Scorer) -> None:
    identify_drive(drive_past([0.0], live), live)
    House.objects.update(hidden=True)
    attach_drive(drive_past([0.0], shadow, 2.0), shadow)
    assert House.objects.count() == 1


def test_what_a_scorer_in_shadow_says_of_a_hidden_house_takes_no_picture_away(
    live: Scorer, shadow: Scorer
) -> None:
    frame = make.see(make.make_house(), scorer=live).frame
    make.see(make.make_house(make.place(30), hidden=True), frame, scorer=shadow)
    assert list(Frame.objects.visible()) == [frame]
    Scorer.objects.filter(pk=shadow.pk).update(promoted_at=timezone.now())
    assert not Frame.objects.visible().exists()


def test_what_lies_where_it_lay_keeps_what_was_measured_of_it(live: Scorer, shadow: Scorer) -> None:
    drive = drive_past([0.0], shadow)
    attach_drive(drive, shadow)
    Sighting.objects.update(distance_m=11.0)
    passages = set(Sighting.objects.values_list("passage", flat=True))
    place_beside(drive, shadow)
    assert set(Sighting.objects.values_list("distance_m", flat=True)) == {11.0}
    assert set(Sighting.objects.values_list("passage", flat=True)) == passages


def test_what_another_scorer_saw_follows_a_house_that_is_merged(live: Scorer, shadow: Scorer) -> None:
    identify_drive(drive_past([0.0], live), live)
    kept, stray = House.objects.get(), make.make_house()
    Sighting.objects.filter(pk=Sighting.objects.order_by("pk").first().pk).update(house=stray)
    seen = make.see(stray, scorer=shadow)
    identify_drive(drive_past([0.0], live), live)
    seen.refresh_from_db()
    stray.refresh_from_db()
    assert seen.house == kept == stray.merged_into


def strips_of(drive: Drive, scorer: Scorer) -> None:
    """The drive's regions as a scorer sees them that takes a strip of each for festive."""
    for region in Region.objects.filter(frame__drive=drive).select_related("frame"):
        x0, y0, _, y1 = region.box
        make.make_region(region.frame, scorer=scorer, box=[x0, y0, x0 + 0.01, y1], vector=region.vector)
    place_beside(drive, scorer)


def test_a_strip_of_a_hidden_display_is_no_house_in_public(live: Scorer, shadow: Scorer) -> None:
    drive = drive_past([0.0], live)
    identify_drive(drive, live)
    House.objects.update(hidden=True)
    strips_of(drive, shadow)
    attach_drive(drive, shadow)
    assert not House.objects.visible().exists()
    assert not Sighting.objects.filter(scorer=shadow, house=None).exists()


def test_what_a_scorer_in_shadow_says_of_a_hidden_house_leaves_the_pictures_of_others(
    live: Scorer, shadow: Scorer
) -> None:
    season = make.make_season()
    house = make.make_house()
    frame = make.see(house, scorer=live).frame
    make.see(make.make_house(make.place(30), hidden=True), frame, scorer=shadow)
    publish_scores(scorer=live, season=season)
    assert HouseScore.objects.get(house=house).best_frame == frame
    assert [one.public_id for one in best_frames(house, live, season)] == [frame.public_id]
    Scorer.objects.filter(pk=shadow.pk).update(promoted_at=timezone.now())
    publish_scores(scorer=live, season=season)
    assert HouseScore.objects.get(house=house).best_frame is None
    assert best_frames(house, live, season) == ()


def test_a_scorer_in_shadow_shows_no_picture_of_what_it_knows_is_hidden(live: Scorer, shadow: Scorer) -> None:
    season = make.make_season()
    house = make.make_house()
    frame = make.see(house, scorer=shadow).frame
    make.see(make.make_house(make.place(30), hidden=True), frame, scorer=shadow)
    publish_scores(scorer=shadow, season=season)
    assert HouseScore.objects.get(house=house).best_frame is None


def test_a_house_that_the_shadow_founded_lies_on_the_maps_of_all_seasons_where_it_lies_now(
    live: Scorer, shadow: Scorer
) -> None:
    earlier = drive_past([0.0], shadow)
    Frame.objects.filter(drive=earlier).update(captured_at=F("captured_at") - timedelta(days=365))
    for drive in (earlier, drive_past([0.0], shadow, 4.0)):
        attach_drive(drive, shadow)
        publish(drive, shadow, houses_shown(drive, shadow))
    house = House.objects.get()
    shown = MapHouse.objects.filter(scorer=shadow, house=house)
    assert shown.count() == 2
    assert len(set(shown.values_list("across", "down"))) == 1
