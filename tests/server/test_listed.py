"""What is hidden is on no list, whatever else happens at that moment."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from server.houses.models import House, HouseScore
from server.houses.services import hide_house, publish_scores
from tests.server.factories import make_house, make_season, see, the_scorer


def hide_and_close(house: House) -> None:
    try:
        hide_house(house)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_house_that_is_hidden_while_its_first_score_is_made_is_on_no_list() -> None:
    house, season = make_house(), make_season()
    see(house, share=0.3)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            publish_scores(scorer=the_scorer(), season=season)
            done = pool.submit(hide_and_close, house)
            time.sleep(0.5)
        done.result()
    assert list(HouseScore.objects.values_list("listed", flat=True)) == [False]
