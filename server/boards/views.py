from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST

from server.boards.catalogue import BOARDS, HOUSES, NOVEL, Board
from server.boards.forms import NameForm
from server.boards.models import DriverName
from server.boards.pages import board_context, houses_asked, houses_context, rows_of
from server.boards.services import withdraw_name
from server.boards.sheets import HOUSE_COLUMNS, as_file, columns_of
from server.core.requests import refusing
from server.houses.models import Neighbourhood


@gzip_page
@refusing
def houses(request: HttpRequest) -> HttpResponse:
    """The houses of a season by rank, whole or of `?neighbourhood=`."""
    if request.GET.get("order") == "novelty":
        return render(request, "boards/board.html", board_context(request, NOVEL))
    if slug := request.GET.get("neighbourhood", ""):
        get_object_or_404(Neighbourhood, slug=slug.replace("\0", ""))
    return render(request, "maps/leaderboard.html", houses_context(request))


@gzip_page
@refusing
def board(request: HttpRequest, board: str) -> HttpResponse:
    if board == HOUSES:
        return redirect("maps:leaderboard")
    return render(request, "boards/board.html", board_context(request, board_or_404(board)))


@refusing
def sheet(request: HttpRequest, board: str) -> Any:
    """A board as CSV: all that its page lists for the same question, over all of its pages."""
    if board == HOUSES:
        return as_file(HOUSES, HOUSE_COLUMNS, houses_asked(request.GET))
    shown = board_or_404(board)
    _question, rows = rows_of(shown, request.GET)
    return as_file(shown.slug, columns_of(shown.kind), rows)


@require_http_methods(["GET", "HEAD", "POST"])
def my_name(request: HttpRequest) -> HttpResponse:
    """Where a driver puts themselves on the board of drivers, or changes their name there."""
    driver: Any = request.user
    chosen = DriverName.objects.filter(driver=driver).first()
    initial = {"name": chosen.name if chosen else ""}
    form = NameForm(request.POST or None, driver=driver, initial=initial, label_suffix="")
    if request.method == "POST" and form.is_valid() and form.keep():
        messages.success(request, _("You are on the board of drivers. What you brought is being counted."))
        return redirect("boards:my-name")
    status = 400 if request.method == "POST" else 200
    return render(request, "boards/name.html", {"form": form, "chosen": chosen}, status=status)


@require_POST
def forget_my_name(request: HttpRequest) -> HttpResponse:
    driver: Any = request.user
    withdraw_name(driver=driver)
    messages.success(request, _("You are off the board of drivers."))
    return redirect("boards:my-name")


def board_or_404(slug: str) -> Board[Any]:
    if slug not in BOARDS:
        raise Http404(_("There is no such board."))
    return BOARDS[slug]
