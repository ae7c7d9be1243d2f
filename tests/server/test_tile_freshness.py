"""A changed score changes exactly the tiles that show it, wherever they are kept; a promotion changes all at one moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from server.frames.models import Scorer
from server.houses.models import House
from server.houses.services import hide_house
from server.maps.models import TileStamp
from server.maps.services import publish_heat
from server.maps.tiles import cache
from server.maps.tiles.grid import Tile, tile_at
from server.maps.tiles.layers import SETS
from server.maps.tiles.serving import drawn, kept_or_drawn, version_of
from server.scorers.services import promote, roll_back

from . import factories as make
from .test_tiles import HERE, get

pytestmark = pytest.mark.django_db
ZOOMS = (0, 10, 13, 15, 17)
Pictures = dict[tuple[str, Tile], bytes]
STAMPED = ("houses.mvt", "heat.mvt", "heat.png", "neighbourhoods.mvt")


@pytest.fixture
def town() -> list[House]:
    """Nine houses along a street of 1.6 km, in two neighbourhoods; a drive past the western ones."""
    lanes = [
        make.make_neighbourhood(name, make.place(east_m), 400) for name, east_m in (("A", -500), ("B", 500))
    ]
    houses = [make.make_house(make.place(200 * n - 800, 9), neighbourhood=lanes[n // 5]) for n in range(9)]
    for number, house in enumerate(houses):
        make.score_house(house, 0.03 + 0.02 * number)
    drive = make.make_drive()
    for east_m in range(-800, 0, 100):
        make.score_frame(make.make_frame(drive, where=make.place(east_m)))
    make.publish_map()
    return houses


def stamped_tiles() -> list[tuple[str, Tile]]:
    """Every tile of the town at some zooms, and those beside them."""
    found = set()
    for layer, z, x, y in TileStamp.objects.filter(z__in=ZOOMS).values_list("layer", "z", "x", "y"):
        near = [(x + east, y + south) for east, south in ((0, 0), (1, 0), (0, 1))]
        tiles = [Tile(z, *place) for place in near if max(place) < 2**z]
        found |= {(name, tile) for name in STAMPED if name.startswith(f"{layer}.") for tile in tiles}
    return sorted(found, key=lambda one: (one[0], one[1].z, one[1].x, one[1].y))


def drawn_anew(tiles: list[tuple[str, Tile]]) -> Pictures:
    """As they are without any cache."""
    return {
        (name, tile): drawn(SETS[name], tile, version_of(SETS[name], tile, None)).body for name, tile in tiles
    }


def served(client: Client, tiles: list[tuple[str, Tile]]) -> Pictures:
    return {(name, tile): get(client, name, tile, accept_encoding="gzip").content for name, tile in tiles}


def brighten(house: House) -> None:
    house.scores.update(festivity=0.5)
    make.publish_map(house_ids=[house.pk])


def move(house: House) -> None:
    House.objects.filter(pk=house.pk).update(position=Point(*make.place(-750, 60)))
    make.publish_map(house_ids=[house.pk])


def drive_past(house: House) -> None:
    drive = make.make_drive()
    make.score_frame(make.make_frame(drive, where=(house.position.x, house.position.y)))
    make.publish_map(drive_ids=[drive.pk])


@pytest.mark.parametrize("change", [brighten, hide_house, move, drive_past])
def test_a_change_changes_the_tiles_that_show_it_and_no_other_byte(
    client: Client, town: list[House], change: Callable[[House], None]
) -> None:
    tiles = stamped_tiles()
    before = served(client, tiles)
    stamps = set(TileStamp.objects.values_list("layer", "z", "x", "y", "stamp"))
    change(town[7])
    fresh = drawn_anew(tiles)
    touched = {
        (layer, Tile(z, x, y))
        for layer, z, x, y, _ in set(TileStamp.objects.values_list("layer", "z", "x", "y", "stamp")) - stamps
    }
    assert served(client, tiles) == fresh
    changed = {(name.split(".")[0], tile) for name, tile in tiles if fresh[name, tile] != before[name, tile]}
    assert changed <= touched
    assert 0 < len(changed) < len(tiles) / 2


def test_every_zoom_shows_a_changed_score(client: Client, town: list[House]) -> None:
    where = (town[0].position.x, town[0].position.y)
    tiles = [(name, tile_at(where, zoom)) for name in STAMPED for zoom in (8, 12, 13, 14)]
    before = served(client, tiles)
    brighten(town[0])
    after = served(client, tiles)
    assert [tile for tile in tiles if before[tile] == after[tile]] == []


def test_a_browser_keeps_its_tile_until_something_in_it_changes(client: Client, town: list[House]) -> None:
    tile = tile_at((town[0].position.x, town[0].position.y), 16)
    first = get(client, "houses.mvt", tile).headers["ETag"]
    brighten(town[8])
    unchanged = get(client, "houses.mvt", tile, if_none_match=first)
    assert (unchanged.status_code, unchanged.content, unchanged.headers["ETag"]) == (304, b"", first)
    brighten(town[0])
    assert get(client, "houses.mvt", tile, if_none_match=first).status_code == 200


def test_a_promotion_switches_all_tiles_at_one_moment_and_back(client: Client, town: list[House]) -> None:
    old, new = make.the_scorer(), make.make_scorer()
    for house in town:
        make.score_house(house, 0.4, scorer=new)
    publish_heat(scorer=new, season=make.make_season())
    Scorer.objects.filter(pk=new.pk).update(live=False)
    etags = [get(client, name).headers["ETag"] for name in STAMPED]
    for frame_score in old.frame_scores.all():
        make.score_frame(frame_score.frame, scorer=new)
    promote(scorer=make.done_in_shadow(new))
    promoted = [
        get(client, name, if_none_match=etag).status_code for name, etag in zip(STAMPED, etags, strict=True)
    ]
    assert promoted == [200] * len(STAMPED)
    roll_back()
    back = [
        get(client, name, if_none_match=etag).status_code for name, etag in zip(STAMPED, etags, strict=True)
    ]
    assert back == [304] * len(STAMPED)


def test_a_tile_drawn_while_the_map_changes_is_not_found_again(client: Client, town: list[House]) -> None:
    tiles = SETS["houses.mvt"]
    asked = version_of(tiles, HERE, None)
    brighten(town[4])
    kept_or_drawn(tiles, HERE, asked)
    assert version_of(tiles, HERE, None) != asked
    assert served(client, [("houses.mvt", HERE)]) == drawn_anew([("houses.mvt", HERE)])


def test_a_kept_tile_is_not_drawn_again(town: list[House]) -> None:
    tiles = SETS["houses.mvt"]
    shown = version_of(tiles, HERE, None)
    kept = kept_or_drawn(tiles, HERE, shown)
    cache.keep(cache.key_of(tiles.name, HERE, shown), cache.Kept(kept.digest, b"kept"))
    assert kept_or_drawn(tiles, HERE, shown).body == b"kept"


def test_new_streets_draw_the_ground_anew(client: Client) -> None:
    make.make_street()
    first = get(client, "base.mvt").content
    make.make_street("Ring Road", end=make.place(300, 0))
    assert get(client, "base.mvt").content != first


def test_another_card_of_the_scorer_draws_its_tiles_anew(client: Client, town: list[House]) -> None:
    first = get(client, "houses.mvt").content
    Scorer.objects.filter(live=True).update(card={"points": {"scale": 0.2}})
    assert get(client, "houses.mvt").content != first


def test_without_valkey_tiles_are_drawn(
    client: Client, town: list[House], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_valkey = get(client, "houses.mvt")
    monkeypatch.setattr(cache, "client", lambda: cache.connect("redis://127.0.0.1:1/0"))
    without = get(client, "houses.mvt")
    assert (without.status_code, without.content) == (200, with_valkey.content)
    etag = with_valkey.headers["ETag"]
    assert get(client, "houses.mvt", if_none_match=etag).status_code == 304
