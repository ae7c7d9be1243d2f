"""What holds of tiles where there are 50,000 houses."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from server.core.sql import read_sql
from server.houses.queries import leaderboard
from server.maps.services import publish_heat
from server.maps.tiles import queries
from server.maps.tiles.grid import Tile, tile_at
from server.maps.tiles.queries import Edition

from . import factories as make

pytestmark = pytest.mark.django_db
HOUSES = 50_000


@pytest.fixture
def city() -> Edition:
    """Houses with scores, spread evenly over 11 km × 11 km around HOME."""
    shown = Edition(make.the_scorer(), make.make_season())
    place = {"lon": make.HOME[0], "lat": make.HOME[1], "half": 0.05, "houses": HOUSES}
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
        cursor.execute("ANALYZE houses_house, houses_housescore")
    return shown


def plan_of(statement: str, tile: Tile, inputs: dict[str, Any]) -> str:
    west, south, east, north = tile.box(margin=1 / 64)
    ground = {
        "z": tile.z,
        "x": tile.x,
        "y": tile.y,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {read_sql(statement)}", {**ground, "buffer": 64, **inputs})
        return "\n".join(line for (line,) in cursor.fetchall())


def test_a_near_tile_finds_its_houses_by_the_index(city: Edition) -> None:
    classes = {"scale": 0.08, "some": 0.01, "many": 0.05, "most": 0.15, "per_cell": 32}
    plan = plan_of("maps/tile_houses.sql", tile_at(make.HOME, 15), {**city.keys, **classes})
    assert "house_on_plane" in plan
    assert "Seq Scan on houses_house " not in plan


def test_no_tile_of_houses_is_larger_than_500_kb(city: Edition) -> None:
    sizes = {z: len(queries.houses_tile(tile_at(make.HOME, z), city)) for z in (0, 6, 10, 12, 13, 14)}
    assert max(sizes.values()) < 500_000
    assert sizes[13] > sizes[10] > sizes[0] > 0


def test_the_heat_of_a_few_houses_is_rebuilt_without_reading_the_city(city: Edition) -> None:
    publish_heat(scorer=city.scorer, season=city.season)
    few = [house.house_id for house in leaderboard(limit=20).houses]
    inputs = {**city.keys, "houses": few, "cell_zoom": 20}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {read_sql('maps/publish_heat.sql')}", inputs)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "house_on_plane" in plan
    assert publish_heat(scorer=city.scorer, season=city.season, house_ids=few) == 0
