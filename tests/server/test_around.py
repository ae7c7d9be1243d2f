from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from server.houses.around import Around, around
from server.houses.models import House
from server.houses.queries import house_page
from server.houses.services import hide_house, publish_scores
from tests.server import factories as make

pytestmark = pytest.mark.django_db


def seen(house: House) -> Around:
    page = house_page(house.public_id)
    assert page
    return around(page)


def in_a_row(*festivities: float, step_m: float = 100) -> list[House]:
    return [
        make.make_ranked_house(festivity, where=make.place(step_m * number))
        for number, festivity in enumerate(festivities)
    ]


def test_near_houses_are_the_nearest_of_the_list_first() -> None:
    here, far, near, beyond = in_a_row(0.3, 0.2, 0.1, 0.2, step_m=0)
    for house, east_m in ((far, 200), (near, 50), (beyond, 900)):
        House.objects.filter(pk=house.pk).update(position=make.Point(*make.place(east_m)))
    found = seen(here).near
    assert [one.house.public_id for one in found] == [near.public_id, far.public_id]
    assert found[0].distance_m == pytest.approx(50, rel=1e-2)


def test_hidden_houses_are_nowhere_around() -> None:
    here, hidden = in_a_row(0.3, 0.2)
    hide_house(hidden)
    assert (seen(here).why.leads_by, seen(here).near) == (None, ())


def test_pictures_stand_by_evenings_the_latest_first_and_the_best_of_each_first() -> None:
    house = make.make_house()
    drive = make.make_drive()
    for nights, share in ((0, 0.1), (3, 0.2), (3, 0.3)):
        frame = make.make_frame(drive, at=make.NIGHT + timedelta(days=nights))
        make.see(house, frame, share)
    publish_scores(scorer=make.the_scorer(), season=make.make_season())
    found = seen(house)
    assert [(evening.night.day, len(evening.frames)) for evening in found.evenings] == [(8, 2), (5, 1)]
    assert found.evenings[0].frames[0].festivity == pytest.approx(0.3)
    assert house.scores.get().counted == 2


def test_other_seasons_are_told_with_their_rank() -> None:
    house = make.make_ranked_house(0.3)
    make.score_house(house, 0.1, season=make.make_season(2025))
    (one,) = seen(house).seasons
    assert (one.season.name, one.house.rank) == ("2025", 1)


def test_the_page_says_why_and_what_is_near() -> None:
    first, second = in_a_row(0.3, 0.1)
    page = Client().get(f"/houses/{second.public_id}/").content.decode()
    assert "Why is it number 2?" in page
    assert f"/houses/{first.public_id}/" in page
    assert "100 m" in page
