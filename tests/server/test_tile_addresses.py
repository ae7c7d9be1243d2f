"""Any address below /tiles/ is answered: with a tile, with nothing, or with a reason."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from server.maps.levels import DEEPEST
from server.maps.tiles.grid import Tile, tile_at

from . import factories as make
from .test_tiles import HERE, LAYERS, get

pytestmark = pytest.mark.django_db
NUMBERS = st.one_of(st.integers(-3, 70_000), st.integers(), st.floats(), st.text(max_size=5)).map(str)
SETS = (*LAYERS, "tracks.mvt")


@pytest.fixture
def signed_in(client: Client) -> Client:
    """Somebody with a track, and a house on the map."""
    driver = make.make_user()
    make.make_track_point(make.make_drive(driver))
    make.make_map_house()
    client.force_login(driver)
    return client


@given(tiles=st.sampled_from(SETS), z=NUMBERS, x=NUMBERS, y=NUMBERS, season=st.none() | st.text(max_size=5))
@example(tiles="houses.mvt", z="9" * 5000, x="0", y="0", season=None)
@example(tiles="houses.mvt", z="٣", x="0", y="0", season=None)
@example(tiles="heat.png", z="0", x="0", y="0", season="\0")
@example(tiles="heat.png", z="0", x="0", y="0", season="\ud800")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_address_is_answered(
    signed_in: Client, tiles: str, z: str, x: str, y: str, season: str | None
) -> None:
    layer, suffix = tiles.split(".")
    asked = "/".join(quote(text, safe="", errors="surrogatepass") for text in (z, x, y))
    question = "" if season is None else f"?season={quote(season, errors='surrogatepass')}"
    answer = signed_in.get(f"/tiles/{layer}/{asked}.{suffix}{question}")
    assert answer.status_code in (200, 204, 400, 404)
    assert answer.status_code < 300 or answer.content


@pytest.mark.parametrize("address", ["1.5/0/0", "a/b/c", "1/0/0.5", "1e3/0/0", "NaN/0/0", "+1/0/0"])
def test_what_are_no_whole_numbers_is_refused_with_a_reason(client: Client, address: str) -> None:
    client.force_login(make.make_user())
    for layer, suffix in (tiles.split(".") for tiles in SETS):
        answer = client.get(f"/tiles/{layer}/{address}.{suffix}")
        assert answer.status_code == 400
        assert "whole numbers" in answer.content.decode()


@pytest.mark.parametrize("address", ["3/8/0", "3/0/8", "0/1/0", f"5/{10**30}/1", "-1/0/0", "1/0/-1"])
def test_a_tile_outside_the_world_is_not_found(client: Client, address: str) -> None:
    client.force_login(make.make_user())
    for layer, suffix in (tiles.split(".") for tiles in SETS):
        answer = client.get(f"/tiles/{layer}/{address}.{suffix}")
        assert answer.status_code == 404
        assert "no such tile" in answer.content.decode()


@pytest.mark.parametrize("season", ["1066", "\0", "%", "'"])
@pytest.mark.parametrize("document", ["houses", "heat", "style"])
def test_any_season_is_answered_by_what_describes_the_map(client: Client, document: str, season: str) -> None:
    assert client.get(f"/tiles/{document}.json", {"season": season}).status_code == 404


@pytest.mark.parametrize("tiles", SETS)
def test_a_tile_beyond_the_zooms_is_not_found(signed_in: Client, tiles: str) -> None:
    deepest = DEEPEST[tiles.split(".")[0]]
    assert get(signed_in, tiles, tile_at(make.HOME, deepest)).status_code in (200, 204)
    assert get(signed_in, tiles, tile_at(make.HOME, deepest + 1)).status_code == 404


def test_the_corners_of_the_world_are_no_trouble(client: Client) -> None:
    for where in ((180, 0), (-180, 85), (0, 90), (0, -90)):
        make.score_house(make.make_house(where))
    make.make_neighbourhood(centre=(179.99, 85.0), half_side_m=5000)
    make.publish_map()
    for tiles in LAYERS:
        for zoom in (0, 1, 5, 12, 14):
            last = 2**zoom - 1
            for x, y in ((0, 0), (last, 0), (0, last), (last, last // 2)):
                assert get(client, tiles, Tile(zoom, x, y)).status_code in (200, 204)


def test_an_unknown_season_is_said_to_be_unknown(client: Client) -> None:
    response = client.get("/tiles/houses/0/0/0.mvt?season=1066")
    assert (response.status_code, response.content.decode()) == (404, "There is no season of that name.")
    assert client.get("/tiles/houses.json?season=1066").status_code == 404
    assert get(client, "houses.mvt", HERE).status_code == 204
