"""Regions of a rendered evening, put where geometry cannot decide: followed, compared, and given their houses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.pictures import read_picture
from ml.scorer import SMALLEST_LOOK
from ml.types import Image
from ml.types import Region as Seen
from server.drives import runs
from server.drives.models import Drive, Stage
from server.frames.models import Region, Scorer
from server.frames.services import keep_features
from server.houses.identity.comparisons import record_comparisons
from server.houses.identity.identify import identify_drive
from server.houses.models import Comparison, House, Sighting
from tests.server.factories import (
    NIGHT,
    make_drive,
    make_frame,
    make_house,
    make_region,
    make_scorer,
    place,
    see,
)
from tests.workers.walk import files_of, send, submit_and_walk, walk_on
from workers import comparing, following, matching, scoring

pytestmark = pytest.mark.django_db
ONE = ("phone_left_20251212_173001.jpg", "phone_left_20251212_173002.jpg")
OTHER = ("phone_right_20251212_173008.jpg",)


@pytest.fixture(scope="module")
def displays(evening: Path) -> dict[str, tuple[Seen, bytes]]:
    """The largest region of each photo, with its patches: two views of one house, one of another."""
    found = {}
    for name in (*ONE, *OTHER):
        picture = read_picture(evening / "photos" / name)
        region = scoring.network().score([picture])[0].regions[0]
        found[name] = region, scoring.network().region_patches(picture, region)
    return found


@pytest.fixture
def scorer() -> Scorer:
    return make_scorer(live=True)


def show(
    display: tuple[Seen, bytes],
    east_m: float,
    drive: Drive,
    scorer: Scorer,
    minute: int,
    patches: bool = True,
) -> Sighting:
    """A sighting of the display from a frame of its own, so many metres to the east."""
    seen, kept = display
    frame = make_frame(drive, at=NIGHT + timedelta(minutes=minute), where=place(east_m))
    region = make_region(
        frame, seen.share, scorer, box=list(seen.box), vector=seen.vector.astype("float16").tobytes(),
        patches=kept if patches else b"",
    )  # fmt: skip
    return see(None, frame, region=region, position=frame.position)


def identified(drive: Drive, scorer: Scorer) -> None:
    Drive.objects.filter(pk=drive.pk).update(scorer_hash=scorer.hash)
    drive.refresh_from_db()
    runs.open_stage(drive=drive, stage=Stage.IDENTIFY)
    assert walk_on(drive).failure == ""


def house_of(sighting: Sighting) -> int | None:
    sighting.refresh_from_db()
    return sighting.house_id


def street(displays: Any, scorer: Scorer, patches: bool) -> list[Sighting]:
    drive = make_drive()
    shown = [
        show(displays[name], east_m, drive, scorer, minute, patches)
        for minute, (name, east_m) in enumerate([(ONE[0], 0), (ONE[1], 1), (OTHER[0], 13)])
    ]
    identified(drive, scorer)
    return shown


def test_neighbours_a_narrow_lot_apart_are_kept_apart_by_their_patches(displays: Any, scorer: Scorer) -> None:
    first, second, neighbour = street(displays, scorer, patches=True)
    assert house_of(first) == house_of(second) != house_of(neighbour)


def test_a_drive_without_patches_still_finds_houses(displays: Any, scorer: Scorer) -> None:
    assert None not in {house_of(sighting) for sighting in street(displays, scorer, patches=False)}
    assert not Comparison.objects.exists()


@pytest.mark.parametrize("patches", [True, False])
def test_one_display_is_found_again_on_another_drive(displays: Any, scorer: Scorer, patches: bool) -> None:
    for minute, (name, east_m) in enumerate([(ONE[0], 0), (ONE[1], 17)]):
        drive = make_drive()
        show(displays[name], east_m, drive, scorer, minute, patches)
        identified(drive, scorer)
    assert House.objects.count() == 1


def test_a_re_run_compares_nothing_again_and_changes_nothing(
    displays: Any, scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sighting, *_ = street(displays, scorer, patches=True)
    before = rows()
    monkeypatch.setattr(matching, "compare", forbidden)
    identified(sighting.frame.drive, scorer)
    assert rows() == before
    Sighting.objects.update(house=None)
    identified(sighting.frame.drive, scorer)
    assert list(Comparison.objects.order_by("pk").values()) == before["comparisons"]


def forbidden(*_: object) -> None:
    raise AssertionError("compared again")


def rows() -> dict[str, list[Any]]:
    return {
        "comparisons": list(Comparison.objects.order_by("pk").values()),
        "houses": list(House.objects.order_by("pk").values("public_id", "position", "facing_deg")),
        "sightings": list(Sighting.objects.order_by("pk").values("pk", "house")),
    }


def test_what_was_compared_before_a_worker_is_killed_is_not_lost(displays: Any, scorer: Scorer) -> None:
    sighting, other, _ = street(displays, scorer, patches=True)
    Comparison.objects.all().delete()
    runs.open_stage(drive=sighting.frame.drive, stage=Stage.IDENTIFY)
    run = runs.claim(sighting.frame.drive.stage_runs.open().get().pk)
    assert run is not None

    def killed() -> Iterator[tuple[tuple[int, int], float]]:
        yield from [((sighting.region_id, other.region_id), 0.9)] * comparing.AT_ONCE
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        comparing.write(partial(runs.hold, run), Comparison.Way.MATCH, "test", killed())
    assert Comparison.objects.get().chance == 0.9


def test_the_features_of_a_drive_are_found_by_one_query(
    displays: Any, scorer: Scorer, django_assert_max_num_queries: Any
) -> None:
    drive = street(displays, scorer, patches=False)[0].frame.drive
    packing = scoring.network().packing
    assert packing is not None
    with django_assert_max_num_queries(3):
        assert list(following.followed(drive, scorer, packing)) == []


def test_what_stands_apart_in_one_frame_is_two_houses(scorer: Scorer) -> None:
    drive = make_drive()
    frame = make_frame(drive)
    shown = [
        see(None, frame, region=make_region(frame, scorer=scorer, box=box), position=frame.position)
        for box in ([0.0, 0.4, 0.2, 0.8], [0.7, 0.4, 0.9, 0.8])
    ]
    identify_drive(drive, scorer)
    assert house_of(shown[0]) != house_of(shown[1])


def test_a_drive_keeps_the_patches_of_its_regions_and_what_was_compared(evening: Path) -> None:
    submit_and_walk(send(files_of(evening / "photos")))
    for box, patches in Region.objects.values_list("box", "patches"):
        assert bool(patches) == (max(box[2] - box[0], box[3] - box[1]) >= SMALLEST_LOOK)
    assert Comparison.objects.filter(way=Comparison.Way.MATCH, made_by=matching.matcher()).exists()


@pytest.mark.parametrize(("gap_s", "features", "links"), [(1, True, 1), (1, False, 0), (9, True, 0)])
def test_a_display_is_followed_into_the_next_frame(
    evening: Path, scorer: Scorer, gap_s: int, features: bool, links: int
) -> None:
    drive, picture = make_drive(), read_picture(evening / "photos" / ONE[0])
    shown = [
        taken(drive, scorer, np.roll(picture, shift, axis=1), second, features)
        for shift, second in ((0, 0), (-48, gap_s))
    ]
    packing = scoring.network().packing
    assert packing is not None
    found = [pair for pair, _ in following.followed(drive, scorer, packing)]
    assert found == [(shown[0].region_id, shown[1].region_id)][:links]
    record_comparisons(Comparison.Way.FOLLOW, following.FOLLOWER, dict.fromkeys(found, 0.99))
    assert not list(following.followed(drive, scorer, packing))


def taken(drive: Drive, scorer: Scorer, picture: Image, second: int, features: bool) -> Sighting:
    """The largest region of a picture, of whose frame the features are kept or not."""
    frame = make_frame(drive, at=NIGHT + timedelta(seconds=second))
    scored = scoring.network().score([picture])[0]
    if features:
        assert scored.features is not None
        keep_features(frame, backbone_sha256=scoring.network().backbone.sha256, content=scored.features)
    return see(None, frame, region=make_region(frame, scorer=scorer, box=list(scored.regions[0].box)))


def test_a_house_founded_where_a_hidden_one_stands_starts_hidden(displays: Any, scorer: Scorer) -> None:
    hidden = make_house(place(0), hidden=True, facing_deg=200.0)
    drive = make_drive()
    beside = show(displays[ONE[0]], 4, drive, scorer, minute=0)
    farther = show(displays[OTHER[0]], 60, drive, scorer, minute=1)
    identified(drive, scorer)
    founded = {sighting: House.objects.get(pk=house_of(sighting)) for sighting in (beside, farther)}
    assert hidden not in founded.values()
    assert founded[beside].hidden
    assert not founded[farther].hidden
