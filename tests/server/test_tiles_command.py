from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from server.maps.tiles import cache

from . import factories as make
from .test_tiles import HERE, get

pytestmark = pytest.mark.django_db


def tiles(*words: str) -> str:
    told = io.StringIO()
    call_command("tiles", *words, stdout=told, stderr=io.StringIO())
    return told.getvalue().strip()


@pytest.fixture(autouse=True)
def shown() -> None:
    make.make_map_house()


def test_seeded_tiles_are_kept_and_seeding_again_draws_nothing() -> None:
    first, again = tiles("seed", "--deepest", "13"), tiles("seed", "--deepest", "13")
    total = first.split()[0]
    assert first == f"{total} tiles show something, {total} of them were drawn now"
    assert again == f"{total} tiles show something, 0 of them were drawn now"


def test_a_change_leaves_only_its_tiles_to_be_seeded() -> None:
    far = make.make_map_house(where=make.place(400_000))
    tiles("seed", "--deepest", "12")
    far.scores.update(festivity=0.4)
    make.publish_map(house_ids=[far.pk])
    total, drawn = (int(number) for number in tiles("seed", "--deepest", "12").split() if number.isdigit())
    assert 0 < drawn < total


def test_a_purge_forgets_tiles_and_they_are_drawn_again(client: Client) -> None:
    before = get(client, "houses.mvt").content
    assert int(tiles("purge").split()[0]) > 0
    assert not list(cache.client().scan_iter(f"{cache.PREFIX}:*"))
    assert get(client, "houses.mvt", HERE).content == before


def test_an_unknown_season_is_refused_in_a_sentence() -> None:
    with pytest.raises(CommandError, match="There is no season 1066"):
        tiles("seed", "--season", "1066")
