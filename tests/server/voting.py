"""How tests vote: where a vote goes, what it did, and many at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django.urls import reverse

from server.houses.models import House, HouseScore

MOST_FESTIVE, MOST_CREATIVE = "most-festive", "most-creative"


def address(house: House, category: str = MOST_FESTIVE) -> str:
    return f"/api/houses/{house.public_id}/vote/?category={category}"


def page(house: House) -> str:
    return reverse("votes:cast", args=[house.public_id])


def votes_of(house: House) -> int:
    return HouseScore.objects.get(house=house).votes


def at_once(times: int, act: Callable[[], object], threads: int = 20) -> None:
    """Acts so often in so many threads, each on a connection of its own."""

    def act_on() -> None:
        try:
            for _time in range(times // threads):
                act()
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(act_on) for _thread in range(threads)]:
            done.result()
