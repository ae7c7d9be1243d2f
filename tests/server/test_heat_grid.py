"""The heat pyramid says of every place what its houses say, however it came to be up to date."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db.models import Sum

from server.drives.models import Drive
from server.houses.models import House
from server.houses.services import hide_house, publish_scores, show_house
from server.maps.apps import publish_after_update
from server.maps.models import DrivenCell, HeatCell, MapHouse, MapNeighbourhood, TileStamp
from server.maps.services import publish_missing
from server.maps.tiles.grid import Tile, latitude, longitude, tile_at

from . import factories as make

pytestmark = pytest.mark.django_db
FINEST = HeatCell.objects.filter(level=20)


def whole_map() -> list[list[tuple[Any, ...]]]:
    """Every row that the map is drawn from, without ids and stamps."""
    cells = HeatCell.objects.order_by("level", "x", "y").values_list(
        "level", "x", "y", "houses", "frames", "festivity", "across", "down", "best", "best_festivity"
    )
    houses = MapHouse.objects.order_by("house").values_list(
        "house", "x", "y", "across", "down", "festivity", "neighbourhood"
    )
    neighbourhoods = MapNeighbourhood.objects.order_by("neighbourhood").values_list(
        "neighbourhood", "houses", "points"
    )
    driven = DrivenCell.objects.order_by("drive", "x", "y").values_list("drive", "x", "y", "frames")
    return [list(rows) for rows in (cells, houses, neighbourhoods, driven)]


def forget_map() -> None:
    for rows in (HeatCell, MapHouse, MapNeighbourhood, DrivenCell, TileStamp):
        rows.objects.all().delete()


def test_a_cell_holds_the_mean_and_the_best_of_its_houses() -> None:
    make.make_map_house(0.1)
    best = make.make_map_house(0.3)
    for cell in HeatCell.objects.all():
        assert (cell.houses, cell.festivity) == (2, pytest.approx(0.2))
        assert (cell.best, cell.best_festivity) == (best.public_id, 0.3)
    assert sorted(HeatCell.objects.values_list("level", flat=True)) == list(range(21))


def test_a_cell_is_the_tile_that_its_houses_stand_in() -> None:
    make.make_map_house(where=make.HOME)
    for cell in HeatCell.objects.all():
        assert Tile(cell.level, cell.x, cell.y) == tile_at(make.HOME, cell.level)
    assert longitude(cell.across, 2**20) == pytest.approx(make.HOME[0])
    assert latitude(cell.down, 2**20) == pytest.approx(make.HOME[1])


def test_bit_by_bit_the_map_becomes_what_it_is_when_published_as_a_whole() -> None:
    lane = make.make_neighbourhood()
    houses = [
        make.make_map_house(
            0.02 + number / 70, make.place(37 * number, 21 * (number % 5)), neighbourhood=lane
        )
        for number in range(17)
    ]
    for house in houses[3:9]:
        house.scores.update(festivity=0.37)
        make.publish_map(house_ids=[house.pk])
    houses[4].position = Point(*make.place(900, 300))
    houses[4].save()
    hide_house(houses[5])
    bit_by_bit = whole_map()
    forget_map()
    make.publish_map()
    assert whole_map() == bit_by_bit


def test_publishing_again_writes_nothing() -> None:
    make.make_map_house()
    assert make.publish_map().cells == 0
    assert make.publish_map().tiles == 0


def test_a_house_that_moves_far_takes_its_heat_along() -> None:
    house = make.make_map_house()
    House.objects.filter(pk=house.pk).update(position=Point(*make.place(5000, 5000)))
    make.publish_map(house_ids=[house.pk])
    place = tile_at(make.place(5000, 5000), 20)
    assert [(cell.x, cell.y) for cell in FINEST] == [(place.x, place.y)]


def test_a_deleted_house_leaves_no_heat() -> None:
    make.make_map_house().delete()
    assert not HeatCell.objects.exists()
    assert not MapHouse.objects.exists()


def test_a_hidden_house_leaves_its_cells_at_once_and_comes_back() -> None:
    house, other = make.make_map_house(0.3), make.make_map_house(0.1)
    hide_house(house)
    assert FINEST.get().festivity == pytest.approx(0.1)
    hide_house(other)
    assert not HeatCell.objects.exists()
    show_house(house)
    assert FINEST.get().festivity == pytest.approx(0.3)


def test_a_suppressed_sighting_leaves_the_heat_map() -> None:
    house = make.make_house()
    sighting = make.see(house)
    both = {"scorer": make.the_scorer(), "season": make.make_season(), "house_ids": [house.pk]}
    publish_scores(**both)
    make.publish_map(house_ids=[house.pk])
    assert HeatCell.objects.exists()
    sighting.suppressed = True
    sighting.save()
    publish_scores(**both)
    make.publish_map(house_ids=[house.pk])
    assert not HeatCell.objects.exists()


def drive_past(*places_m: float) -> Drive:
    drive = make.make_drive()
    for east_m in places_m:
        make.score_frame(make.make_frame(drive, where=make.place(east_m)))
    make.publish_map(drive_ids=[drive.pk])
    return drive


def test_a_dark_street_that_was_driven_is_known_without_any_house() -> None:
    drive_past(0, 2, 4)
    cells = HeatCell.objects.all()
    assert {(cell.houses, cell.frames, cell.festivity) for cell in cells} == {(0, 3, None)}
    assert max(cell.level for cell in cells) == 18


def test_two_drives_are_counted_together_and_each_leaves_alone() -> None:
    first, _ = drive_past(0, 2, 4), drive_past(0, 500)
    top = HeatCell.objects.filter(level=0)
    assert top.get().frames == 5
    first.frames.all().delete()
    first.cameras.all().delete()
    first.delete()
    assert top.get().frames == 2
    assert HeatCell.objects.filter(level=18).aggregate(frames=Sum("frames"))["frames"] == 2


def test_frames_that_nobody_has_scored_were_not_looked_at() -> None:
    drive = make.make_drive()
    make.make_frame(drive)
    make.the_scorer()
    make.publish_map(drive_ids=[drive.pk])
    assert not HeatCell.objects.exists()


def test_what_a_refresh_touches_does_not_grow_with_the_city() -> None:
    house = make.make_map_house()
    house.scores.update(festivity=0.3)
    alone = make.publish_map(house_ids=[house.pk])
    for number in range(60):
        make.score_house(make.make_house(make.place(211 * (number % 8 + 1), 173 * (number // 8 + 1))), 0.1)
    make.publish_map()
    house.scores.update(festivity=0.2)
    assert make.publish_map(house_ids=[house.pk]) == alone


def test_after_an_update_a_map_that_is_missing_is_published() -> None:
    make.score_house(make.make_house())
    assert publish_missing().houses == 1
    assert publish_missing().houses == 0


def test_after_an_update_scores_of_an_earlier_formula_are_computed_anew() -> None:
    house = make.make_house()
    make.see(house, share=0.25)
    make.score_house(house, 0.01, counted=0)
    publish_missing()
    assert house.scores.get().counted == 1
    assert house.scores.get().festivity > 0.1


def test_an_update_publishes_what_has_scores_and_no_map_yet() -> None:
    house = make.make_house()
    make.score_house(house)
    publish_after_update(None, using="default")
    assert list(MapHouse.objects.values_list("house_id", flat=True)) == [house.pk]
