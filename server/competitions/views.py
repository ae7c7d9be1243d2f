from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from server.boards.pages import tabs
from server.competitions.badges import badge_svg, snippet
from server.competitions.forms import DecisionForm, EntryForm
from server.competitions.models import Award, Competition, Entry, Phase
from server.competitions.pages import (
    TAB,
    choice_context,
    competition_context,
    house_of,
    result_context,
    staff_context,
    state_of,
)
from server.competitions.queries import today
from server.competitions.services import (
    Closed,
    Elsewhere,
    EnteredAlready,
    NotOver,
    Refused,
    TooManyWaiting,
    announce,
    approve,
    decline,
    enter,
    withdraw,
)
from server.core.limits import Limit, network_of, passes
from server.houses.models import House
from server.houses.queries import present_id

FROM_ONE_NETWORK = Limit("competition entries", times=20, window_s=3600)


def listed(request: HttpRequest) -> HttpResponse:
    shown = [(one, state_of(one)) for one in Competition.objects.published()]
    return render(request, "competitions/list.html", {"competitions": shown, "tabs": tabs(), "tab": TAB})


def competition(request: HttpRequest, slug: str) -> HttpResponse:
    found = readable(request, slug)
    return render(request, "competitions/competition.html", competition_context(found))


def result(request: HttpRequest, slug: str) -> HttpResponse:
    """The announced result, to read and to print; before that a sentence."""
    found = readable(request, slug)
    context = result_context(found)
    site = f"{request.scheme}://{request.get_host()}"
    badges = [
        (placed, snippet(placed.award, site))
        for one in context["results"]
        for placed in one.places
        if placed.award
    ]
    return render(request, "competitions/result.html", {**context, "badges": badges})


@require_http_methods(["GET", "HEAD", "POST"])
def enter_house(request: HttpRequest, slug: str) -> HttpResponse:
    """Where a resident lists their house: first which one, then the form."""
    found = get_object_or_404(Competition.objects.published(), slug=slug)
    public_id = present_id(request.GET.get("house", "").replace("\0", ""))
    if found.phase(today()) is not Phase.OPEN:
        return closed(request, found)
    if not public_id:
        return render(request, "competitions/choose.html", choice_context(found, request))
    house = get_object_or_404(House.objects.visible(), public_id=public_id)
    form = EntryForm(request.POST or None, label_suffix="")
    status = 200
    if request.method == "POST":
        status, entry = take(request, found, house, form)
        if entry:
            return redirect("entry", receipt=entry.receipt)
    context = {"competition": found, "house": house_of(found, public_id), "form": form}
    return render(request, "competitions/enter.html", context, status=status)


def take(
    request: HttpRequest, competition: Competition, house: House, form: EntryForm
) -> tuple[int, Entry | None]:
    """The entry, or the status of the answer, with the reason in the form."""
    if not form.is_valid():
        return 400, None
    if not passes(FROM_ONE_NETWORK, network_of(request)):
        form.add_error(None, _("Many entries came from your network within the hour. Try again in an hour."))
        return 429, None
    try:
        return 200, enter(competition=competition, house=house, **form.cleaned_data)
    except Refused as refused:
        form.add_error(None, why_refused(refused, competition))
        return 409, None


def why_refused(refused: Refused, competition: Competition) -> str:
    sentences = {
        Closed: state_of(competition),
        Elsewhere: _(
            "This house does not stand where the competition is held, or is not on the map of its season."
        ),
        EnteredAlready: _(
            "This house has been entered already. Whoever entered it has the address of its entry."
        ),
        TooManyWaiting: _("Many entries wait to be looked at. Try again tomorrow."),
    }
    return sentences[type(refused)]


def closed(request: HttpRequest, competition: Competition) -> HttpResponse:
    status = 409 if request.method == "POST" else 200
    context = {"competition": competition, "said": state_of(competition)}
    return render(request, "competitions/closed.html", context, status=status)


def entry(request: HttpRequest, receipt: str) -> HttpResponse:
    """What became of an entry. Whoever has the address may read it."""
    found = get_object_or_404(Entry.objects.select_related("competition", "house"), receipt=receipt)
    site = f"{request.scheme}://{request.get_host()}"
    won = Award.objects.shown().filter(entry=found).select_related("category__competition", "entry__house")
    context = {
        "entry": found,
        "competition": found.competition,
        "on_map": House.objects.visible().filter(pk=found.house_id).exists(),
        "badges": [(award, snippet(award, site)) for award in won],
        "said": state_of(found.competition),
    }
    return render(request, "competitions/entry.html", context)


@require_POST
def withdraw_entry(request: HttpRequest, receipt: str) -> HttpResponse:
    withdraw(get_object_or_404(Entry, receipt=receipt))
    messages.success(request, _("Withdrawn. Your address has been deleted."))
    return redirect("entry", receipt=receipt)


@cache_control(public=True, max_age=300)
def badge(request: HttpRequest, public_id: str) -> HttpResponse:
    """The badge of an award; nothing for one whose house is no longer on the map."""
    won = Award.objects.shown().select_related("category__competition")
    svg = badge_svg(get_object_or_404(won, public_id=public_id))
    return HttpResponse(svg, content_type="image/svg+xml")


def entries(request: HttpRequest, slug: str) -> HttpResponse:
    """For staff: what waits, and what was decided."""
    found = get_object_or_404(Competition, slug=slug)
    return render(request, "competitions/entries.html", staff_context(found))


@require_POST
def decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    entry = get_object_or_404(Entry, competition__slug=slug, pk=pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a reason: the entrant reads it."))
    elif not settled(request, entry, form):
        messages.error(
            request, _("This entry was withdrawn or decided before, or its house takes part already.")
        )
    return redirect("competitions:entries", slug=slug)


def settled(request: HttpRequest, entry: Entry, form: DecisionForm) -> bool:
    try:
        if form.cleaned_data["decision"] == "approve":
            return approve(entry=entry, by=request.user)
        return decline(entry=entry, by=request.user, reason=form.cleaned_data["reason"])
    except EnteredAlready:
        return False


@require_POST
def announce_result(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Competition, slug=slug)
    try:
        announce(found)
    except NotOver:
        messages.error(request, _("It is not over yet. A result is announced after its last day."))
        return redirect("competitions:entries", slug=slug)
    messages.success(request, _("The result is announced."))
    return redirect("competitions:result", slug=slug)


def readable(request: HttpRequest, slug: str) -> Competition:
    """A published competition; staff see every one."""
    user = request.user
    known = (
        Competition.objects.all()
        if user.is_authenticated and user.is_staff
        else Competition.objects.published()
    )
    return get_object_or_404(known, slug=slug)
