"""The page where staff decide on votes that are held."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.core.requests import refusal
from server.votes.models import Vote
from server.votes.queries import held_votes
from server.votes.services import decide

PER_PAGE = 100
MOST_AT_ONCE = 1000


def held(request: HttpRequest) -> HttpResponse:
    """Held votes, of `?house=` or with `?reason=` if asked. POST `votes` (ids) and `word`: count or discard."""
    if request.method == "POST":
        return decided(request)
    votes = held_votes()
    house, reason = (request.GET.get(name, "").replace("\0", "") for name in ("house", "reason"))
    votes = votes.filter(house__public_id=house) if house else votes
    votes = votes.filter(reasons__contains=[reason]) if reason in Vote.Reason.values else votes
    page = Paginator(votes, PER_PAGE).get_page(request.GET.get("page"))
    networks = networks_among(page)
    rows = [(vote, networks.get(vote.network_hash, 0)) for vote in page]
    context = {"page": page, "rows": rows, "house": house, "reason": reason}
    return render(request, "votes/held.html", {**context, "reasons": Vote.Reason.choices})


def decided(request: HttpRequest) -> HttpResponse:
    word, chosen = (
        request.POST.get("word"),
        [int(pk) for pk in request.POST.getlist("votes") if is_number(pk)],
    )
    if word not in ("count", "discard"):
        return refusal(request, _("Say whether these votes count or are discarded."))
    by: Any = request.user
    number = decide(votes=chosen[:MOST_AT_ONCE], count=word == "count", by=by)
    if not number:
        messages.warning(request, _("No vote was chosen that is still held."))
    elif word == "count":
        messages.success(
            request, ngettext("%(n)s vote counts now.", "%(n)s votes count now.", number) % {"n": number}
        )
    else:
        messages.success(
            request,
            ngettext("%(n)s vote is discarded.", "%(n)s votes are discarded.", number) % {"n": number},
        )
    return redirect(request.get_full_path())


def is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def networks_among(votes: Iterable[Vote]) -> dict[str, int]:
    """How many votes came from the networks of these, those that count among them."""
    hashes = {vote.network_hash for vote in votes if vote.network_hash}
    rows = Vote.objects.filter(network_hash__in=hashes).order_by().values_list("network_hash")
    return dict(rows.annotate(Count("pk")))
