"""Ways along streets: where they meet, how far it is, and what stands in where none is known."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from shapely import LineString as Line

from server.houses.models import Street
from server.tours.network import network_of
from server.tours.noding import noded
from server.tours.order import straight_m
from server.tours.shortest import laid
from server.tours.streets import border, tile_at
from server.tours.travel import ROAD_PER_STRAIGHT, By
from server.tours.ways import Ways, ways_between
from tests.server.factories import HOME, place


def metres(
    lines: list[list[tuple[float, float]]], *spots: tuple[float, float], nearest: int | None = None
) -> Any:
    return laid(network_of(noded([Line(line) for line in lines])), spots).ways_m(nearest)


def street(*corners: tuple[float, float], kind: str = "residential") -> Street:
    line = LineString([place(*corner) for corner in corners])
    return Street.objects.create(name="", kind=kind, line=line)


def between(*places: tuple[float, float], by: By = By.CAR) -> Ways:
    return ways_between([place(*spot) for spot in places], by)


CROSS = [[(-100.0, 0.0), (100.0, 0.0)], [(0.0, -100.0), (0.0, 100.0)]]


def test_streets_that_cross_meet() -> None:
    assert metres(CROSS, (-100, 0), (0, 100))[0, 1] == pytest.approx(200, abs=0.5)


def test_an_end_that_nearly_touches_a_street_meets_it() -> None:
    lines = [[(-100.0, 0.0), (100.0, 0.0)], [(20.0, 2.0), (20.0, 80.0)]]
    assert metres(lines, (-100, 0), (20, 80))[0, 1] == pytest.approx(200, abs=1)


def test_streets_farther_apart_do_not_meet() -> None:
    lines = [[(-100.0, 0.0), (100.0, 0.0)], [(20.0, 30.0), (20.0, 80.0)]]
    assert metres(lines, (-100, 0), (20, 80))[0, 1] == float("inf")


def test_two_houses_on_one_street_are_as_far_apart_as_along_it() -> None:
    lines = [[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)]]
    assert metres(lines, (10, 5), (105, 90))[0, 1] == pytest.approx(180, abs=1)


def test_a_ring_is_taken_the_shorter_way_round() -> None:
    ring = [[(0.0, 0.0), (300.0, 0.0), (300.0, 300.0), (0.0, 300.0), (0.0, 0.0)]]
    assert metres(ring, (0, 100), (100, 0))[0, 1] == pytest.approx(200, abs=1)


def test_ways_composed_of_near_ones_are_never_shorter_and_hardly_longer() -> None:
    grid = [[(100.0 * x, 0.0), (100.0 * x, 900.0)] for x in range(10)]
    grid += [[(0.0, 100.0 * y), (900.0, 100.0 * y)] for y in range(10)]
    spots = [(100.0 * (at % 10), 37.0 * (at % 24) + 3) for at in range(60)]
    exact, composed = metres(grid, *spots), metres(grid, *spots, nearest=12)
    assert (composed >= exact - 1e-6).all()
    assert composed.mean() <= 1.03 * exact.mean()


@pytest.mark.django_db
def test_ways_follow_the_streets_and_their_line_does_too() -> None:
    street((0, 0), (300, 0))
    street((300, 0), (300, 200))
    ways = between((0, 5), (305, 200))
    assert ways.metres[0, 1] == pytest.approx(500, rel=0.01)
    assert not ways.straight.any()
    corner = place(300, 0)
    assert min(straight_m(spot, corner) for spot in ways.line(0, 1)) < 2


@pytest.mark.django_db
def test_streets_that_reach_over_the_border_of_two_tiles_are_one() -> None:
    middle = border(tile_at(HOME[0]))
    west, east = (middle - 0.0005, 32.9), (middle + 0.0005, 32.9)
    Street.objects.create(name="", kind="", line=LineString([west, (middle, 32.9005), east]))
    ways = ways_between([west, east], By.CAR)
    assert not ways.straight.any()
    assert ways.metres[0, 1] > 1.1 * straight_m(west, east)


@pytest.mark.django_db
def test_where_no_street_leads_the_straight_line_counts_with_a_third_more() -> None:
    street((0, 0), (100, 0))
    ways = between((0, 0), (0, 1000))
    assert ways.straight[0, 1]
    assert ways.metres[0, 1] == pytest.approx(ROAD_PER_STRAIGHT * 1000, rel=0.01)
    assert len(ways.line(0, 1)) == 2


@pytest.mark.django_db
def test_a_footway_is_for_feet_alone() -> None:
    street((0, 0), (0, 200), kind="footway")
    street((0, 0), (200, 0), (200, 200), (0, 200))
    assert between((0, 0), (0, 200), by=By.FOOT).metres[0, 1] == pytest.approx(200, rel=0.01)
    assert between((0, 0), (0, 200)).metres[0, 1] == pytest.approx(600, rel=0.01)


@pytest.mark.django_db
def test_no_way_is_told_along_a_street_that_only_tracks_know() -> None:
    street((0, 0), (0, 200), kind=Street.DRIVEN)
    assert between((0, 0), (0, 200)).straight[0, 1]


@pytest.mark.django_db
def test_a_street_that_is_imported_later_is_seen() -> None:
    street((0, 0), (0, 50))
    assert between((0, 0), (300, 0)).straight[0, 1]
    street((0, 0), (300, 0))
    assert not between((0, 0), (300, 0)).straight[0, 1]


@pytest.mark.django_db
def test_without_any_streets_all_ways_are_straight() -> None:
    assert ways_between([HOME, place(100, 0)], By.FOOT).straight.all()
