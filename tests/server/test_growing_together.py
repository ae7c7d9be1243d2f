"""Drives down one street in any order: the same houses, wherever it lies, and what is odd about a drive is taken as it comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise, permutations
from math import atan, degrees, radians, tan

import numpy as np
import pytest
from django.contrib.gis.geos import Point

from server.drives.models import Drive
from server.drives.track import moved, offset_between_m
from server.frames.models import Region, Scorer
from server.houses.identity.comparisons import record_comparisons
from server.houses.identity.decisions import say_apart, say_same, split
from server.houses.identity.identify import identify_drive
from server.houses.models import Comparison, FrontBy, House, Passage, Sighting
from server.houses.placing.locate import place_regions

from . import factories as make

pytestmark = pytest.mark.django_db
LINE_M, FIELD_DEG = 14.0, 67.0
RNG = np.random.default_rng(3)
LOOKS = RNG.normal(size=(8, 16))


@pytest.fixture
def scorer() -> Scorer:
    return make.make_scorer(live=True)


def drive_past(
    fronts_m: Sequence[float],
    scorer: Scorer,
    drift_m: float = 0.0,
    origin: tuple[float, float] = make.HOME,
    heading_deg: float = 90.0,
    steps_m: Sequence[float] | None = None,
    looks: Sequence[int] | None = None,
) -> Drive:
    """A drive east (or so) past houses that stand so many metres along, 14 m to the right: scored and placed."""
    drive = make.make_drive()
    frames = {}
    steps = np.arange(min(fronts_m) - 6, max(fronts_m) + 7, 6.0) if steps_m is None else steps_m
    for number, along_m in enumerate(steps):
        where = moved(*origin, bearing=heading_deg, by_m=float(along_m) + drift_m)
        at = make.NIGHT + timedelta(days=drive.pk % 300, seconds=number)
        frame = make.make_frame(drive, at=at, where=where, heading_deg=heading_deg)
        frame.camera.field_of_view_deg = FIELD_DEG
        frames[frame.pk] = frame
        for house, front_m in enumerate(fronts_m):
            column = 0.5 + (along_m - front_m) / LINE_M / tan(radians(FIELD_DEG / 2)) / 2
            if abs(degrees(atan((front_m - along_m) / LINE_M))) < 28:
                look = LOOKS[looks[house] if looks else house] + RNG.normal(0, 0.3, 16)
                vector = (look / np.linalg.norm(look)).astype(np.float16).tobytes()
                box = [float(np.clip(column - 0.12, 0, 1)), 0.3, float(np.clip(column + 0.12, 0, 1)), 0.8]
                make.make_region(frame, scorer=scorer, box=box, vector=vector)
    place_regions(frames, scorer)
    return drive


def partition() -> set[frozenset[int]]:
    """The sightings (ids) of each house."""
    groups: dict[int | None, set[int]] = {}
    for pk, house in Sighting.objects.values_list("pk", "house"):
        groups.setdefault(house, set()).add(pk)
    return {frozenset(group) for group in groups.values()}


def forget_houses() -> None:
    Sighting.objects.update(house=None)
    House.objects.all().delete()
    Passage.objects.all().delete()


def test_a_street_has_the_same_houses_in_whatever_order_its_drives_come(scorer: Scorer) -> None:
    fronts_m = [0.0, 14.0, 29.0, 45.0, 58.0]
    drives = [drive_past(fronts_m, scorer, drift_m) for drift_m in (-6.0, 0.0, 5.0, 1.5)]
    found = []
    for order in [*permutations(drives)][::5]:
        forget_houses()
        for drive in order:
            identify_drive(drive, scorer)
        found.append(partition())
    assert all(one == found[0] for one in found)
    assert len(found[0]) == len(fronts_m)


def test_running_again_changes_no_house(scorer: Scorer) -> None:
    drives = [drive_past([0.0, 16.0], scorer, drift_m) for drift_m in (0.0, 3.0)]
    for drive in drives:
        identify_drive(drive, scorer)
    before = list(Sighting.objects.order_by("pk").values_list("pk", "house", "passage"))
    assert identify_drive(drives[0], scorer) == 0
    assert list(Sighting.objects.order_by("pk").values_list("pk", "house", "passage")) == before


def test_a_house_keeps_its_id_when_its_drive_is_placed_anew(scorer: Scorer) -> None:
    drive = drive_past([0.0, 16.0], scorer)
    identify_drive(drive, scorer)
    before = dict(Sighting.objects.values_list("pk", "house"))
    place_regions({frame.pk: frame for frame in drive.frames.select_related("camera")}, scorer)
    identify_drive(drive, scorer)
    assert dict(Sighting.objects.values_list("pk", "house")) == before


def test_the_front_is_where_the_rays_cross_and_the_public_point_is_at_the_kerb(scorer: Scorer) -> None:
    identify_drive(drive_past([0.0], scorer), scorer)
    house = House.objects.get()
    front = Point(*moved(*make.HOME, bearing=180, by_m=LINE_M))
    assert offset_between_m((front.x, front.y), (house.front.x, house.front.y)) == pytest.approx(
        (0, 0), abs=1.5
    )
    kerb = moved(*make.HOME, bearing=180, by_m=6)
    assert offset_between_m(kerb, (house.position.x, house.position.y)) == pytest.approx((0, 0), abs=1.0)
    assert (house.front_by, house.spread_m < 6) == (FrontBy.RAYS, True)


@pytest.mark.parametrize("origin", [(180.0, -17.0), (179.9999, 66.0), (9.53, 47.27)])
def test_houses_on_the_antimeridian_or_a_border_are_houses_like_others(
    scorer: Scorer, origin: tuple[float, float]
) -> None:
    for drift_m in (0.0, 2.0):
        identify_drive(drive_past([-8.0, 8.0], scorer, drift_m, origin), scorer)
    assert House.objects.count() == 2
    assert all(
        abs(offset_between_m(origin, (one.position.x, one.position.y))[0]) < 20 for one in House.objects.all()
    )


def test_a_corner_house_that_two_streets_see_is_one_house(scorer: Scorer) -> None:
    identify_drive(drive_past([0.0], scorer), scorer)
    corner = moved(*moved(*make.HOME, bearing=180, by_m=LINE_M), bearing=90, by_m=LINE_M)
    identify_drive(drive_past([0.0], scorer, origin=corner, heading_deg=180.0), scorer)
    house = House.objects.get()
    off_m = offset_between_m(make.HOME, (house.position.x, house.position.y))
    kerbs = ((0, -6), (LINE_M - 6, -LINE_M))
    assert min(np.hypot(off_m[0] - x, off_m[1] - y) for x, y in kerbs) < 2


def test_frames_all_at_one_point_make_one_passage_of_a_display(scorer: Scorer) -> None:
    drive = drive_past([0.0], scorer, steps_m=[0.0] * 60)
    identify_drive(drive, scorer)
    assert Passage.objects.count() == House.objects.count() == 1


def test_without_a_heading_nothing_is_placed_and_nothing_breaks(scorer: Scorer) -> None:
    drive = make.make_drive()
    frame = make.make_frame(drive, heading_deg=None)
    make.make_region(frame, scorer=scorer)
    located = place_regions({frame.pk: frame}, scorer)
    assert (located.out, located.unplaced) == (0, 1)
    assert identify_drive(drive, scorer) == 0
    assert not House.objects.exists()


def test_a_home_that_was_moved_is_another_house_and_the_old_one_stays(scorer: Scorer) -> None:
    identify_drive(drive_past([0.0], scorer), scorer)
    identify_drive(drive_past([60.0], scorer, looks=[0]), scorer)
    assert House.objects.count() == 2
    assert not Sighting.objects.filter(house=None).exists()


def test_a_house_that_turns_out_to_be_another_leads_there_with_its_votes(scorer: Scorer) -> None:
    identify_drive(drive_past([0.0], scorer), scorer)
    kept, stray = House.objects.get(), make.make_house()
    Sighting.objects.filter(pk=Sighting.objects.order_by("pk").first().pk).update(house=stray)
    vote = make.make_vote(stray)
    identify_drive(drive_past([0.0], scorer), scorer)
    stray.refresh_from_db()
    vote.refresh_from_db()
    assert stray.merged_into == kept == vote.house
    assert House.objects.filter(unpublished=True).count() == 2


def test_what_a_person_said_is_one_or_two_stays_so(scorer: Scorer) -> None:
    identify_drive(drive_past([0.0, 30.0], scorer), scorer)
    first, second = House.objects.order_by("pk")
    third = split(house=first, sightings=[first.sightings.order_by("pk")[0].pk], by=make.make_staff()).other
    say_same(house=first, other=second, by=make.make_staff())
    before = dict(Sighting.objects.values_list("pk", "house"))
    identify_drive(drive_past([0.0, 30.0], scorer, 2.0), scorer)
    after = dict(Sighting.objects.values_list("pk", "house"))
    assert {pk: after[pk] for pk in before} == before
    assert set(after.values()) == {first.pk, third.pk}


def test_what_was_part_of_a_hidden_house_is_never_public(scorer: Scorer) -> None:
    identify_drive(drive_past([0.0], scorer), scorer)
    House.objects.update(hidden=True)
    identify_drive(drive_past([0.0], scorer, 4.0), scorer)
    assert not House.objects.visible().exists()


def test_patches_are_compared_by_the_largest_whole_region_of_a_passage(scorer: Scorer) -> None:
    identify_drive(drive_past([0.0], scorer), scorer)
    for passage in Passage.objects.select_related("look"):
        assert passage.look in Region.objects.filter(sighting__passage=passage)
        assert 0 < passage.trust <= 1


def test_what_a_spoken_house_is_seen_with_is_that_house_however_little_of_it_was_known(
    scorer: Scorer,
) -> None:
    drive = drive_past([0.0], scorer)
    regions = list(Region.objects.order_by("pk").values_list("pk", flat=True))
    record_comparisons(Comparison.Way.FOLLOW, "test", dict.fromkeys(pairwise(regions), 1.0))
    identify_drive(drive, scorer)
    house = House.objects.get()
    say_apart(house=house, other=make.make_house(make.place(80)), by=make.make_staff())
    known = house.sightings.order_by("pk").first()
    assert known is not None
    house.sightings.exclude(pk=known.pk).update(house=None)
    identify_drive(drive, scorer)
    assert set(Sighting.objects.values_list("house", flat=True)) == {house.pk}


def test_whoever_shares_a_frame_with_a_house_that_is_hidden_now_is_published_anew(scorer: Scorer) -> None:
    identify_drive(drive_past([0.0], scorer), scorer)
    house, neighbour = House.objects.get(), make.make_house(make.place(500))
    make.see(neighbour, house.sightings.first().frame)
    House.objects.filter(pk=house.pk).update(hidden=True)
    identify_drive(drive_past([0.0], scorer), scorer)
    neighbour.refresh_from_db()
    assert neighbour.unpublished
