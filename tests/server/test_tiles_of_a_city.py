"""What holds of tiles where there are 12,000 houses in two kilometres."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from django.db import connection

from server.core.sql import read_sql
from server.maps.models import MapHouse
from server.maps.tiles.grid import tile_at
from server.maps.tiles.layers import SETS
from server.maps.tiles.queries import Edition

from . import factories as make

pytestmark = pytest.mark.django_db
HOUSES = 12_000


@pytest.fixture
def city() -> Edition:
    """Houses on the map, spread evenly over 2 km × 2 km around HOME."""
    shown = Edition(make.the_scorer(), make.make_season())
    place = {"lon": make.HOME[0], "lat": make.HOME[1], "half": 0.009, "houses": HOUSES}
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(
            """
            WITH house AS (
                INSERT INTO houses_house (public_id, position, facing_deg, synthetic, hidden, created_at)
                SELECT
                    'house' || n,
                    ST_MakePoint(
                        %(lon)s + %(half)s * (random() * 2 - 1), %(lat)s + %(half)s * (random() * 2 - 1)
                    )::geography,
                    0, true, false, now()
                FROM generate_series(1, %(houses)s) n
                RETURNING id
            )
            INSERT INTO houses_housescore (house_id, scorer_id, season_id, festivity, frames, updated_at)
            SELECT id, %(scorer)s, %(season)s, random() * 0.3, 3, now() FROM house
            """,
            {**place, **shown.keys},
        )
        make.publish_map()
        cursor.execute("ANALYZE")
    return shown


def plan_of(statement: str, inputs: dict[str, Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {read_sql(statement)}", inputs)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_no_tile_is_larger_than_500_kb(city: Edition) -> None:
    sizes = {
        (name, zoom): len(tiles.drawing(tile_at(make.HOME, zoom), city))
        for name, tiles in SETS.items()
        for zoom in (0, 8, 9, 12, 13, 14, 16)
        if zoom <= tiles.deepest
    }
    assert max(sizes.values()) < 500_000
    assert sizes["houses.mvt", 13] > 200_000
    assert sizes["houses.mvt", 13] > sizes["houses.mvt", 12] > sizes["houses.mvt", 8] > 0


def test_a_few_houses_are_found_and_brought_up_to_date_without_reading_the_city(city: Edition) -> None:
    tile = tile_at(make.HOME, 16)
    classes = {"scale": 0.08, "many": 0.05, "most": 0.15, "at_most": 8000, "cell_zoom": 20}
    assert "map_houses_by_place" in plan_of("maps/tile_houses.sql", {**asdict(tile), **city.keys, **classes})
    few = list(MapHouse.objects.values_list("house", flat=True)[:20])
    plan = plan_of("maps/place_houses.sql", {**city.keys, "houses": few, "cell_zoom": 20})
    assert "Seq Scan on houses_house" not in plan
    assert "Seq Scan on maps_maphouse" not in plan
    assert make.publish_map(house_ids=few).cells == 0
