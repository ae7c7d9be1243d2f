"""What the pages of competitions show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from server.boards.pages import tabs
from server.competitions.models import Competition, Entry, Phase
from server.competitions.queries import (
    announced,
    eligible,
    ground_of,
    shown_entries,
    standing_now,
    today,
)
from server.houses.queries import RankedHouse, ranked_houses

PER_PAGE = 25
TAB = "competitions"


def competition_context(competition: Competition) -> dict[str, Any]:
    shown = shown_entries(competition)
    phase = competition.phase(today())
    so_far = phase is Phase.OPEN and bool(shown)
    return {
        "competition": competition,
        "phase": phase,
        "said": state_of(competition),
        "shown": shown,
        "results": standing_now(competition) if so_far else [],
        "any_synthetic": any(one.house.synthetic for one in shown),
        "tabs": tabs(),
        "tab": TAB,
    }


def result_context(competition: Competition) -> dict[str, Any]:
    over = competition.announced_at is not None
    results = announced(competition) if over else []
    gone = any(missing(result.places) for result in results)
    return {
        "competition": competition,
        "said": state_of(competition),
        "results": results,
        "gone": gone,
        "any_synthetic": any(one.shown.house.synthetic for result in results for one in result.places),
        "tabs": tabs(),
        "tab": TAB,
    }


def missing(places: Any) -> bool:
    """Whether a place before the last shown one is that of a house which is no longer on the map."""
    return bool(places) and len(places) < places[-1].place


def state_of(competition: Competition) -> str:
    """A sentence: whether it has begun, how long it lasts, whether there is a result."""
    starts_on = date_format(competition.starts_on, "j F Y")
    ends_on = date_format(competition.ends_on, "j F Y")
    phase = competition.phase(today())
    if phase is Phase.BEFORE:
        return _("It begins on %(day)s. Until then no house can be entered.") % {"day": starts_on}
    if phase is Phase.OPEN:
        return _("It is under way until the end of %(day)s. Houses can be entered until then.") % {
            "day": ends_on
        }
    if competition.announced_at is None:
        return _("It ended on %(day)s. The result has not been announced yet.") % {"day": ends_on}
    return _("It ended on %(day)s. The result is announced.") % {"day": ends_on}


def choice_context(competition: Competition, request: HttpRequest) -> dict[str, Any]:
    """The houses that can be entered, a page at a time, by street."""
    words = request.GET.get("q", "")[:100]
    taken = set(
        competition.entries.filter(state__in=[Entry.State.WAITING, Entry.State.APPROVED]).values_list(
            "house_id", flat=True
        )
    )
    free = [row["public_id"] for row in eligible(competition, words) if row["id"] not in taken]
    page = Paginator(free, PER_PAGE).get_page(request.GET.get("page"))
    return {"competition": competition, "words": words, "page": page, "houses": houses_of(competition, page)}


def houses_of(competition: Competition, page: Page[str]) -> list[RankedHouse]:
    """In the page's order."""
    found = ranked_by_id(competition, list(page))
    return [found[public_id] for public_id in page if public_id in found]


def house_of(competition: Competition, public_id: str) -> RankedHouse | None:
    return ranked_by_id(competition, [public_id]).get(public_id)


def ranked_by_id(competition: Competition, public_ids: Sequence[str]) -> dict[str, RankedHouse]:
    """Those of the houses that are on the list of the competition's season."""
    scorer, season = ground_of(competition)
    if scorer is None or season is None or not public_ids:
        return {}
    return {one.public_id: one for one in ranked_houses(scorer, season, public_ids=public_ids).houses}


def staff_context(competition: Competition) -> dict[str, Any]:
    """Every entry, those that wait first."""
    entries = list(competition.entries.select_related("house__street", "settled_by"))
    entries.sort(key=lambda entry: (entry.state != Entry.State.WAITING, -entry.pk))
    houses = ranked_by_id(competition, [entry.house.public_id for entry in entries])
    return {
        "competition": competition,
        "said": state_of(competition),
        "over": competition.phase(today()) is Phase.OVER,
        "entries": [(entry, houses.get(entry.house.public_id)) for entry in entries],
        "reasons": Entry.Reason.choices,
    }
