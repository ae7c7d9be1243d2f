"""The API answers in GeoJSON and in sentences, to everyone what is theirs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.core.management import call_command
from django.test import Client

from server.accounts.models import User
from server.drives.models import Drive
from server.houses.models import House
from tests.server.factories import (
    HOME,
    make_drive,
    make_neighbourhood,
    make_ranked_house,
    make_season,
    make_staff,
    make_street,
    make_user,
    make_vote,
    place,
)

pytestmark = pytest.mark.django_db


def features(client: Client, address: str) -> list[dict[str, Any]]:
    """The features of a collection that is valid GeoJSON in lon, lat order."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == "application/geo+json"
    collection = answer.json()
    assert collection["type"] == "FeatureCollection"
    assert all(is_feature(feature) for feature in collection["features"])
    return collection["features"]


def is_feature(feature: dict[str, Any]) -> bool:
    named = feature["type"] == "Feature" and isinstance(feature["properties"], dict) and "id" in feature
    west, south, east, north = GEOSGeometry(json.dumps(feature["geometry"])).extent
    return named and -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def test_the_schema_is_valid_and_complete(tmp_path: Any) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_a_house_stands_at_its_roadside_point_in_lon_lat_order(client: Client) -> None:
    house = make_ranked_house(0.1, street=make_street("Holly Street"), neighbourhood=make_neighbourhood())
    make_vote(house)
    feature = features(client, "/api/houses/")[0]
    said = feature["properties"]
    assert feature["id"] == house.public_id
    assert feature["geometry"] == {"type": "Point", "coordinates": list(HOME)}
    assert (said["points"], said["festivity_class"], said["rank"], said["votes"]) == (71.3, "many", 1, 1)
    assert (said["street"], said["neighbourhood"]) == ("Holly Street", "Candy Cane Lane")
    assert said["best_frame"]["thumbnail"].startswith("/frames/")


def test_a_hidden_house_is_nowhere(client: Client) -> None:
    house = make_ranked_house(0.1, hidden=True)
    assert features(client, "/api/houses/") == []
    assert client.get("/api/leaderboard/").json()["results"] == []
    assert client.get(f"/api/houses/{house.public_id}/").status_code == 404


def test_a_page_says_how_many_there_are_and_where_it_goes_on(client: Client) -> None:
    for step in range(5):
        make_ranked_house(0.1 + step / 100, place(step * 50))
    page = client.get("/api/houses/?limit=2&page=2").json()
    assert (page["count"], [feature["properties"]["rank"] for feature in page["features"]]) == (5, [3, 4])
    assert page["next"].endswith("?limit=2&page=3")
    assert page["previous"].endswith("?limit=2")


@pytest.fixture
def two_houses() -> tuple[House, House]:
    """A bright one at home, a dim one a kilometre east of it in a neighbourhood of its own, with a vote."""
    bright = make_ranked_house(0.2)
    dim = make_ranked_house(0.02, place(1000), neighbourhood=make_neighbourhood("East", place(1000)))
    make_vote(dim)
    return bright, dim


def box_around(east_m: float, half_side_m: float = 100) -> str:
    (west, south), (east, north) = (
        place(east_m - half_side_m, -half_side_m),
        place(east_m + half_side_m, half_side_m),
    )
    return f"{west},{south},{east},{north}"


@pytest.mark.parametrize(
    ("asked", "ranks"),
    [
        ("", [1, 2]),
        ("ordering=-rank", [2, 1]),
        ("ordering=-votes", [2, 1]),
        ("ordering=votes", [1, 2]),
        ("min_points=50", [1]),
        ("min_points=99", []),
        ("neighbourhood=east", [2]),
        ("season=2026", [1, 2]),
        (f"bbox={box_around(1000)}", [2]),
        (f"bbox={box_around(0)}", [1]),
        ("bbox=0,0,1,1", []),
    ],
)
def test_houses_can_be_asked_for(client: Client, two_houses: object, asked: str, ranks: list[int]) -> None:
    found = features(client, f"/api/houses/?{asked}")
    assert [feature["properties"]["rank"] for feature in found] == ranks


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("bbox=1,2,3", "bbox"),
        ("bbox=a,b,c,d", "bbox"),
        ("bbox=nan,0,1,1", "bbox"),
        ("bbox=inf,0,1,1", "bbox"),
        ("bbox=0,50,1,40", "bbox"),
        ("bbox=-181,0,1,1", "bbox"),
        ("bbox=%00", "bbox"),
        ("min_points=many", "min_points"),
        ("min_points=nan", "min_points"),
        ("min_points=101", "min_points"),
        ("season=1066", "season"),
        ("season=%00", "season"),
        ("neighbourhood=nowhere", "neighbourhood"),
        ("ordering=sideways", "ordering"),
    ],
)
def test_nonsense_gets_a_sentence_for_its_field(
    client: Client, two_houses: object, asked: str, field: str
) -> None:
    answer = client.get(f"/api/houses/?{asked}")
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_an_address_that_is_none_gets_a_sentence(client: Client) -> None:
    assert client.get("/api/castles/").json()["detail"].startswith("There is nothing")
    assert client.get("/api/houses").headers["Location"] == "/api/houses/"


@pytest.mark.parametrize("page", ["0", "-1", "9" * 40, "x", "%00"])
def test_a_page_that_does_not_exist_is_not_found(client: Client, two_houses: object, page: str) -> None:
    for address in ("/api/houses/", "/api/leaderboard/"):
        answer = client.get(f"{address}?page={page}")
        assert (answer.status_code, list(answer.json())) == (404, ["detail"])


@pytest.mark.parametrize("limit", ["0", "-5", "9" * 40, "x"])
def test_a_senseless_limit_falls_back(client: Client, two_houses: object, limit: str) -> None:
    assert len(features(client, f"/api/houses/?limit={limit}")) == 2


def test_a_house_tells_its_frames_and_seasons(client: Client) -> None:
    house = make_ranked_house(0.1)
    answer = client.get(f"/api/houses/{house.public_id}/")
    said = answer.json()["properties"]
    assert is_feature(answer.json())
    assert (said["season"], said["seasons"], said["nights"], len(said["best_frames"])) == (
        "2026",
        ["2026"],
        1,
        1,
    )


def test_neighbourhoods_carry_their_mean_and_count(client: Client, two_houses: object) -> None:
    make_neighbourhood("Quiet", place(9000))
    east, quiet = features(client, "/api/neighbourhoods/")
    assert (east["id"], east["properties"]["houses"], east["properties"]["points"]) == ("east", 1, 22.1)
    assert (quiet["properties"]["houses"], quiet["properties"]["points"]) == (0, None)
    assert east["geometry"]["type"] == "MultiPolygon"


def test_the_leaderboard_is_a_list_by_rank(client: Client, two_houses: tuple[House, House]) -> None:
    rows = client.get("/api/leaderboard/").json()["results"]
    assert [row["id"] for row in rows] == [house.public_id for house in two_houses]
    assert [rows[0]["lon"], rows[0]["lat"]] == list(HOME)


def test_an_empty_site_has_empty_lists(client: Client) -> None:
    for address in ("/api/houses/", "/api/neighbourhoods/"):
        assert features(client, address) == []
    assert client.get("/api/leaderboard/").json()["results"] == []


@pytest.fixture
def driver() -> User:
    return make_user()


@pytest.fixture
def drive(driver: User) -> Drive:
    return make_drive(driver)


PARTS = ("", "footage/", "track/", "frames/")


def test_a_driver_and_staff_read_a_drive_and_nobody_else(driver: User, drive: Drive) -> None:
    for user, status in ((driver, 200), (make_staff(), 200), (make_user(), 404)):
        client = Client()
        client.force_login(user)
        answers = [client.get(f"/api/drives/{drive.public_id}/{part}").status_code for part in PARTS]
        assert answers == [status] * len(PARTS)
    assert {Client().get(f"/api/drives/{drive.public_id}/{part}").status_code for part in PARTS} == {401}


def test_staff_read_but_do_not_change_anothers_drive(client: Client, drive: Drive) -> None:
    client.force_login(make_staff())
    address = f"/api/drives/{drive.public_id}/"
    assert client.patch(address, {"title": "Mine"}, content_type="application/json").status_code == 404
    assert client.post(f"{address}submit/").status_code == 404


def test_a_season_without_houses_is_an_empty_list(client: Client, two_houses: object) -> None:
    make_season(2025)
    assert features(client, "/api/houses/?season=2025") == []
