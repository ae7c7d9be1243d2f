"""What leaderboards and votes cost in a city, over HTTP: `python -m bench.boards [--houses 100000] [--votes 200000]`.

Makes a database of its own and asks the site as `./festivity up` runs it. One line of JSON: `board_ms` (the median over
pages of the leaderboard as the API gives them), `vote_ms` (the median of votes, each by another voter), beside them what
each list and each HTML page took, and the tours and the search by photo where their benches are there.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import time
from collections.abc import Sequence
from http.client import HTTPConnection
from typing import Any

from bench.load import web_server
from bench.site import scratch_site

CATEGORIES = ("most-festive", "most-creative", "childrens-favourite")
EVENING = "2026-12-05"
EACH = 25


def pages(houses: int, *, order: str) -> dict[str, str]:
    """The queries of leaderboards of 25 houses a page that are asked for, by name; `order` is what orders are asked by."""
    last = houses // 25
    asked = {
        "first": "",
        "second": "page=2",
        "middle": f"page={last // 2}",
        "last": f"page={last}",
        "neighbourhood": "neighbourhood=quarter-5-5",
        "class": "festivity_class=most",
        "evening": f"evening={EVENING}",
        "class and evening": f"festivity_class=many&evening={EVENING}",
        "votes": f"{order}=-votes",
        "novelty": f"{order}=novelty",
    }
    return {name: f"limit=25&{query}" for name, query in asked.items()}


def fill(votes: int, season_id: int, scorer_id: int) -> None:
    """Novelty, evenings, voters and votes for the houses that there are; the first ones are the most popular."""
    from django.db import connection

    from server.houses.counting import recount_votes

    with connection.cursor() as cursor:
        for statement in (NOVELTY, EVENINGS, VOTERS, VOTES):
            cursor.execute(statement, {"votes": votes, "season": season_id, "scorer": scorer_id})
        recount_votes(season_id=season_id)
        cursor.execute(
            "INSERT INTO votes_poll (category_id, season_id, open) SELECT id, %s, true FROM votes_category",
            [season_id],
        )
        cursor.execute("VACUUM ANALYZE")


def ask_boards(port: int, path: str, queries: dict[str, str]) -> dict[str, list[float]]:
    """Milliseconds of each list, asked in turn so that none has the caches to itself."""
    connection = HTTPConnection("127.0.0.1", port)
    taken: dict[str, list[float]] = {name: [] for name in queries}
    for turn in range(EACH + 1):
        for name, query in queries.items():
            begun = time.perf_counter()
            connection.request(
                "GET", f"{path}?{query}", headers={"Host": "localhost", "Accept-Encoding": "gzip"}
            )
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"{path}?{query} answered {answer.status}.")
            if turn:
                taken[name].append(1000 * (time.perf_counter() - begun))
    return taken


def cast_votes(port: int, houses: Sequence[str]) -> list[float]:
    """Milliseconds of votes, changed votes among them, each by a voter of its own who is signed in."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    connection, taken = HTTPConnection("127.0.0.1", port), []
    for number, house in enumerate(houses):
        client = Client(SERVER_NAME="localhost")
        client.force_login(get_user_model().objects.create_user(f"voter{number}@bench.example"))
        client.get("/votes/")
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        headers = {
            "Host": "localhost",
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": cookies[settings.CSRF_COOKIE_NAME],
        }
        for chosen in (house, houses[number - 1]):
            begun = time.perf_counter()
            connection.request("PUT", f"/api/houses/{chosen}/vote/", headers=headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 200:
                raise SystemExit(f"A vote was answered {answer.status}: {said[:200]!r}")
            taken.append(1000 * (time.perf_counter() - begun))
    return taken


def measure(houses: int, votes: int) -> dict[str, Any]:
    with scratch_site() as site:
        from bench.city import City, build
        from server.houses.models import House

        scorer, season = build(City(houses, 5000))
        fill(votes, season.pk, scorer.pk)
        chosen = list(House.objects.order_by("pk").values_list("public_id", flat=True)[5000:5100])
        with web_server(site.environment, cores=1) as port:
            api = ask_boards(port, "/api/leaderboard/", pages(houses, order="ordering"))
            page = ask_boards(port, "/leaderboard/", pages(houses, order="order"))
            cast = cast_votes(port, chosen)
    return {
        "houses": houses,
        "votes": votes,
        "board_ms": median([ms for taken in api.values() for ms in taken]),
        "board_html_ms": median([ms for taken in page.values() for ms in taken]),
        "vote_ms": median(cast),
        "vote_p95_ms": round(sorted(cast)[int(0.95 * len(cast))], 1),
        "board_page_ms": {name: median(taken) for name, taken in page.items()},
        "board_api_ms": {name: median(taken) for name, taken in api.items()},
    }


def median(taken: Sequence[float]) -> float:
    return round(statistics.median(taken), 1)


def beside() -> dict[str, Any]:
    """What the benches of tours and of the search by photo say, where they are there."""
    found: dict[str, Any] = {}
    for name in ("bench.boards_tour", "bench.boards_search"):
        try:
            found |= importlib.import_module(name).measure()
        except ModuleNotFoundError as missing:
            if missing.name != name:
                raise
    return found


NOVELTY = """
UPDATE houses_housescore SET novelty = random() WHERE season_id = %(season)s AND festivity >= 0.05
"""
EVENINGS = """
INSERT INTO houses_houseevening (house_id, scorer_id, "on", festivity, frames)
SELECT house_id, scorer_id, date '2026-12-01' + n, CASE WHEN random() < 0.05 THEN 0 ELSE festivity END, 3
FROM houses_housescore, generate_series(0, 9) n
WHERE (house_id + n) %% 10 < 3
"""
VOTERS = """
INSERT INTO votes_voter (address_hash, since)
SELECT md5(n::text), timestamptz '2026-11-02 12:00Z' FROM generate_series(1, (%(votes)s + 2) / 3) n
"""
VOTES = """
INSERT INTO votes_vote (voter_id, category_id, season_id, house_id, cast_at, state, reasons, network_hash)
SELECT
    voter.id, category.id, %(season)s,
    house.first
        + floor(power(('x' || left(md5(voter.n || '.' || category.n), 6))::bit(24)::int / 16777216.0, 4) * house.houses)::int,
    timestamptz '2026-11-20 12:00Z', 'counted', '{}', ''
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM votes_voter) voter
CROSS JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM votes_category) category
CROSS JOIN (SELECT min(id) AS first, count(*) AS houses FROM houses_house) house
ORDER BY voter.id, category.id
LIMIT %(votes)s
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--houses", type=int, default=100_000)
    parser.add_argument("--votes", type=int, default=200_000)
    parser.add_argument("--only-boards", action="store_true", help="without tours and the search by photo")
    options = parser.parse_args()
    found = measure(options.houses, options.votes)
    print(json.dumps(found if options.only_boards else {**found, **beside()}))


if __name__ == "__main__":
    main()
