"""What the pages of the boards show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from server.boards.asked import HousesAskedSerializer, question_of
from server.boards.catalogue import BOARDS, HOUSES, Board
from server.boards.lines import Line, line_of
from server.boards.models import DriverName
from server.boards.queries import BoardRows, RankedHouses
from server.boards.question import Against, Question
from server.boards.rows import Row
from server.core.units import units_of
from server.houses.models import Neighbourhood, Season
from server.houses.places.story import CHANGE, FEWEST_HOUSES, Area, Story, story
from server.houses.queries import (
    Evening,
    RankedHouse,
    RankedNeighbourhood,
    current_season,
    evenings,
    ranked_neighbourhoods,
    seasons_shown,
)
from server.houses.standing import K
from server.maps.queries import key_of

PER_PAGE = 25
BESIDE_KEPT_S = 300


@dataclass(frozen=True)
class Tab:
    slug: str
    name: str
    url: str


@dataclass(frozen=True)
class ShownRow:
    """A row and how it is said."""

    row: Row
    line: Line


def tabs() -> list[Tab]:
    houses = Tab(HOUSES, _("Houses"), reverse("maps:leaderboard"))
    others = (
        Tab(board.slug, str(board.tab), reverse("boards:board", args=[board.slug]))
        for board in BOARDS.values()
    )
    competitions = Tab("competitions", _("Competitions"), reverse("competitions:list"))
    return [houses, *others, competitions]


def rows_of(board: Board[Any], query: Mapping[str, Any]) -> tuple[Question, BoardRows[Any]]:
    question = question_of(as_asked(query), board.asked_by)
    return question, BoardRows(board.read, question, kept=board.kept)


def board_context(request: HttpRequest, board: Board[Any]) -> dict[str, Any]:
    question, rows = rows_of(board, request.GET)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    units = units_of(request)
    return {
        "board": board,
        "told": f"boards/told/{board.slug}.html",
        "fewest": FEWEST_HOUSES,
        "change": CHANGE,
        "rows": [ShownRow(row, line_of(row, units)) for row in page],
        "any_synthetic": any(row.synthetic for row in page),
        "mine": DriverName.objects.filter(driver_id=request.user.pk).first() if not board.on_map else None,
        **asked_context(question, page, board.slug, by_evening=board.by_evening),
        "againsts": Against.choices if board.compares else (),
        "looks_for": board.looks_for,
    }


def houses_context(request: HttpRequest) -> dict[str, Any]:
    question = question_of(as_asked(request.GET), HousesAskedSerializer)
    page = Paginator(RankedHouses(question), PER_PAGE).get_page(request.GET.get("page"))
    chosen = question.neighbourhood
    asked = asked_context(question, page, HOUSES, by_evening=True)
    return {
        "chosen": chosen,
        "neighbourhoods": asked["beside"].neighbourhoods,
        "near": question.bbox,
        "bbox": request.GET.get("bbox", "") if question.bbox else "",
        "story": asked["beside"].story,
        "any_synthetic": any(house.synthetic for house in page),
        **asked,
        "looks_for": _("Street, neighbourhood or house"),
        "takes_votes": asked["season"] == current_season(),
        "k": K,
    }


@dataclass(frozen=True)
class Beside:
    """What stands beside a list. It is read once in five minutes for the same scores: of a large city it takes a while."""

    seasons: tuple[Season, ...] = ()
    evenings: tuple[Evening, ...] = ()
    neighbourhoods: tuple[RankedNeighbourhood, ...] = ()
    story: Story | None = None


def beside(season: Season | None, chosen: Neighbourhood | None) -> Beside:
    key = key_of("beside", season.pk if season else None, chosen.pk if chosen else None)
    found: Beside | None = cache.get(key)
    if found is None:
        found = Beside(
            seasons=tuple(seasons_shown()),
            evenings=evenings(season),
            neighbourhoods=tuple(ranked_neighbourhoods(season)),
            story=story(Area(chosen), season),
        )
        cache.set(key, found, BESIDE_KEPT_S)
    return found


def asked_context(question: Question, page: Any, slug: str, *, by_evening: bool) -> dict[str, Any]:
    """What the form of a board needs, and where else its list can be had."""
    _scorer, season = question.ground
    around = beside(season, question.neighbourhood)
    sheet = reverse("boards:sheet", args=[slug])
    return {
        "tabs": tabs(),
        "tab": slug,
        "page": page,
        "question": question,
        "season": season,
        "beside": around,
        "seasons": around.seasons,
        "evenings": around.evenings if by_evening else (),
        "sheet": f"{sheet}?{question.query}" if question.query else sheet,
        "narrowed": bool(question.words or question.evening or question.bbox),
    }


def as_asked(query: Mapping[str, Any]) -> dict[str, Any]:
    """The last of each name, as a form has it."""
    return dict(query.items()) if isinstance(query, QueryDict) else dict(query)


def houses_asked(query: Mapping[str, Any]) -> Sequence[RankedHouse]:
    return RankedHouses(question_of(as_asked(query), HousesAskedSerializer))
