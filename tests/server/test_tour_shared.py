"""Tours that are shared by a short link: what is kept of them, what drops out, and where each begins."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.contrib.gis.gdal import DataSource
from django.core.cache import cache
from django.test import Client

from server.core.limits import Limit
from server.houses.models import House
from server.houses.services import hide_house
from server.tours import views
from server.tours.asked import Asked
from server.tours.links import GOOGLE_WAYPOINTS_IN_PHONES, google_links
from server.tours.models import SharedTour
from server.tours.order import straight_ways_m
from server.tours.services import share_tour
from server.tours.stagger import equal_orders, staggered
from server.tours.travel import By
from tests.server.factories import make_ranked_house, make_user, place

KML = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture
def ring(db: None) -> list[House]:
    """Four houses at the corners of a square."""
    cache.clear()
    corners = ((0, 0), (300, 0), (300, 300), (0, 300))
    return [make_ranked_house(0.1, place(*corner)) for corner in corners]


def ids(houses: list[House]) -> str:
    return ",".join(house.public_id for house in houses)


def share(client: Client, houses: list[House], **more: str) -> str:
    answer = client.post("/tour/share/", {"stops": ids(houses), **more})
    assert answer.status_code == 302
    return answer.url


def test_a_short_link_shows_the_same_stops(client: Client, ring: list[House]) -> None:
    page = client.get(share(client, ring, by="foot")).content.decode()
    assert f'data-stops="{ids(ring)}"' in page
    assert "A shared tour" in page


def test_nothing_is_kept_of_who_shares_and_where_they_start(client: Client, ring: list[House]) -> None:
    share(client, ring, **{"from": "32.912,-117.123", "minutes": "45", "leave": "18:30"})
    kept = {
        field.name: field.value_from_object(SharedTour.objects.get()) for field in SharedTour._meta.fields
    }
    assert set(kept) == {"id", "public_id", "stops", "first", "by", "back", "turned", "evening", "created_at"}


def test_a_house_that_is_hidden_later_drops_out_with_a_sentence(client: Client, ring: list[House]) -> None:
    address = share(client, ring)
    hide_house(ring[1])
    page = client.get(address).content.decode()
    assert "One house is left out" in page
    assert ring[1].public_id not in page.split("<main", 1)[1]


@pytest.mark.parametrize("stops", ["", "nosuchone", "a b", "%"])
def test_what_is_no_tour_cannot_be_shared(client: Client, db: None, stops: str) -> None:
    assert client.post("/tour/share/", {"stops": stops}).status_code == 400
    assert not SharedTour.objects.exists()


def test_a_link_that_nobody_shared_leads_nowhere(client: Client, db: None) -> None:
    assert client.get("/tour/abcdefghjk/").status_code == 404


def test_only_posting_shares(client: Client, ring: list[House]) -> None:
    assert client.get(f"/tour/share/?stops={ids(ring)}").status_code == 405


def test_a_flood_of_shared_tours_is_asked_to_wait(
    client: Client, ring: list[House], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "SHARED_BY_ONE_NETWORK", Limit("tours-shared", times=1, window_s=3600))
    share(client, ring)
    assert client.post("/tour/share/", {"stops": ids(ring)}).status_code == 429


def test_tours_of_one_evening_do_not_all_begin_at_the_same_house(client: Client, ring: list[House]) -> None:
    pages = [share_tour(Asked(tuple(ids(ring).split(",")), back=True)) for _ in range(8)]
    firsts = [shared.stops[0] for shared in pages]
    assert firsts[:2] == [ring[0].public_id] * 2
    assert [firsts.count(house.public_id) for house in ring] == [2, 2, 2, 2]
    assert [shared.turned for shared in pages] == [False] * 2 + [True] * 6
    assert "not everybody is there at once" in client.get(f"/tour/{pages[-1].public_id}/").content.decode()


def test_an_order_is_only_given_up_for_one_as_short(ring: list[House]) -> None:
    ways = straight_ways_m([place(0, 0), place(100, 0), place(300, 0)])
    assert equal_orders(ways, back=False, started=True) == [(0, 1, 2)]
    assert equal_orders(ways, back=True, started=True) == [(0, 1, 2), (0, 2, 1)]
    assert equal_orders(ways, back=False, started=False) == [(0, 1, 2), (2, 1, 0)]
    assert len(equal_orders(ways, back=True, started=False)) == 6


def test_the_same_tour_is_always_turned_the_same_way() -> None:
    orders, firsts = [(0, 1), (1, 0), (0, 1)], ["a", "b", "c"]
    chosen = {staggered(orders, firsts, {"a": 5}, "key") for _ in range(3)}
    assert len(chosen) == 1
    assert {staggered([(0,), (1,), (2,)], firsts, {"a": 5}, str(key)) for key in range(20)} == {(1,), (2,)}


def test_a_house_that_was_merged_is_the_one_that_it_is_today(client: Client, ring: list[House]) -> None:
    address = share(client, ring[:2])
    gone = ring[0]
    gone.merged_into = ring[2]
    gone.save()
    page = client.get(address).content.decode()
    assert f'data-stops="{ids([ring[2], ring[1]])}"' in page


def test_a_page_that_a_device_keeps_has_no_account_in_it(client: Client, ring: list[House]) -> None:
    client.force_login(make_user("somebody@example.org"))
    address = f"/tour/?stops={ids(ring)}"
    assert "somebody@example.org" in client.get(address).content.decode()
    kept = client.get(address, headers={"X-Kept": "1"}).content.decode()
    assert "somebody@example.org" not in kept
    assert "There is no network" in kept


def test_the_worker_is_a_script_below_tours_alone(client: Client, db: None) -> None:
    answer = client.get("/tour/keeping-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    assert "Service-Worker-Allowed" not in answer


def test_kml_has_the_stops_and_the_way(client: Client, ring: list[House], tmp_path: Path) -> None:
    answer = client.get(f"/tour.kml?stops={ids(ring)}&back=1&from=32.9,-117.2")
    root = ElementTree.fromstring(answer.content)
    assert [len(list(root.iter(f"{KML}{tag}"))) for tag in ("Point", "LineString")] == [4, 1]
    assert b"-117.2" not in answer.content
    (tmp_path / "tour.kml").write_bytes(answer.content)
    assert DataSource(tmp_path / "tour.kml")[0].num_feat == 5


def test_links_say_how_one_goes_and_lead_back(client: Client, ring: list[House]) -> None:
    page = client.get(f"/tour/?stops={ids(ring)}&by=foot&back=1").content.decode()
    assert "travelmode=walking" in page
    (whole,) = google_links([(0.0, 0.0)] * 5, By.FOOT)
    assert (whole.first, whole.last) == (1, 5)
    assert [piece.last for piece in google_links([(0.0, 0.0)] * 9, By.CAR, GOOGLE_WAYPOINTS_IN_PHONES)] == [
        4,
        8,
        9,
    ]
