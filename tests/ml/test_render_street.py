"""Streets, routes and lots."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import shape

from ml.tools.render.extract import CREDIT, PLACES
from ml.tools.render.street import (
    Plane,
    StreetsError,
    find_route,
    read_streets,
    turn_deg,
)
from ml.tools.render.world import Plan, build_world


def test_metres_and_degrees_undo_each_other() -> None:
    plane = Plane(24.94, 60.17)
    there = np.array([[24.951, 60.166]])
    assert plane.to_lon_lat(plane.to_metres(there)) == pytest.approx(there)
    assert plane.to_metres(there)[0, 1] == pytest.approx(-445, abs=1)


def test_legs_of_a_route_are_joined_and_no_one_turns_on_the_spot() -> None:
    _, streets = read_streets()
    legs = find_route(streets, 900.0, np.random.default_rng(2))
    for before, after in itertools.pairwise(legs):
        assert float(np.hypot(*(before.points[-1] - after.points[0]))) < 0.5
        assert turn_deg(before, after) < 120


def test_a_drive_starts_near_the_place_that_was_asked_for() -> None:
    start = (24.9415, 60.1655)
    world = build_world(Plan(seed=1, houses=6, start=start))
    off_m = world.poses[0].true - world.plane.to_metres(np.array([start]))[0]
    assert float(np.hypot(*off_m)) < 250


def test_a_drive_longer_than_all_streets_is_refused_in_words() -> None:
    with pytest.raises(StreetsError, match="fewer houses"):
        build_world(Plan(seed=1, houses=4000))


@pytest.mark.parametrize("text", ["not json", "{}", '{"features": []}'])
def test_a_broken_streets_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "streets.geojson"
    path.write_text(text)
    with pytest.raises(StreetsError, match=r"streets\.geojson"):
        read_streets(path)


@pytest.mark.parametrize("name", ["streets", "areas", "neighbourhoods"])
def test_the_shipped_places_are_small_valid_and_credited(name: str) -> None:
    path = PLACES / f"{name}.geojson"
    collection = json.loads(path.read_text(encoding="utf-8"))
    assert path.stat().st_size < 300_000
    assert collection["credit"] == CREDIT
    for feature in collection["features"]:
        assert feature["properties"]["kind"]
        assert feature["properties"]["credit"] == CREDIT
        assert shape(feature["geometry"]).is_valid


def test_the_quarters_cover_every_street() -> None:
    quarters, streets = (
        json.loads((PLACES / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
        for name in ("neighbourhoods", "streets")
    )
    shapes = [shape(quarter["geometry"]) for quarter in quarters]
    assert 3 <= len(shapes) <= 7
    middles = [shape(street["geometry"]).interpolate(0.5, normalized=True) for street in streets]
    assert all(any(quarter.buffer(1e-6).contains(middle) for quarter in shapes) for middle in middles)
