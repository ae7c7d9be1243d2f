from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST

from server.core.limits import Limit, network_of, passes
from server.core.requests import refusal, wants_part
from server.houses.models import House, Season
from server.houses.queries import current_season, present_id, season_named
from server.votes import asking
from server.votes.addresses import address_hash
from server.votes.ballots import ballot, row_ballot
from server.votes.fence import fenced, is_near, may_vote_from_here, say_near
from server.votes.forms import LinkForm, WhereForm
from server.votes.mail import send_link
from server.votes.models import Vote, Voter
from server.votes.polls import open_categories, why_closed
from server.votes.queries import my_votes
from server.votes.tally import Tally, csv_lines, json_lines, tally_of
from server.votes.voters import good_link, make_link, open_link

LINKS_TO_ADDRESS = Limit("links to an address", times=3, window_s=3600)
LINKS_OF_NETWORK = Limit("links of a network", times=20, window_s=3600)
TALLIES_OF_NETWORK = Limit("tallies of a network", times=30, window_s=600)


def cast(request: HttpRequest, public_id: str) -> HttpResponse:
    """The visitor's vote for the house in `category`, or, with `withdraw`, taking it back. A script gets the part anew."""
    if request.method != "POST":
        return part(request, public_id) if wants_part(request) else redirect("houses:house", public_id)
    try:
        said = asking.vote(
            request, public_id, request.POST.get("category", ""), withdraw="withdraw" in request.POST
        )
    except asking.Refused as refused:
        return not_taken(request, refused, public_id)
    if wants_part(request):
        return part(request, public_id)
    messages.success(request, asking.said_of(said[2]))
    return redirect(safe(request, request.POST.get("next", "")) or reverse("houses:house", args=[public_id]))


def not_taken(request: HttpRequest, refused: asking.Refused, public_id: str) -> HttpResponse:
    if wants_part(request):
        return JsonResponse({"detail": str(refused)}, status=refused.status)
    if isinstance(refused, asking.WhoAreYou):
        messages.warning(request, str(refused))
        back = safe(request, request.POST.get("next", "")) or reverse("houses:house", args=[public_id])
        return redirect(f"{reverse('votes:mine')}?{urlencode({'next': back}, safe='/')}")
    if refused.status == 404:
        raise Http404(str(refused))
    return render(request, "votes/refused.html", {"reason": str(refused)}, status=refused.status)


def part(request: HttpRequest, public_id: str) -> HttpResponse:
    """What a house shows of its votes: as on its page, or with `?as=row` as in a list."""
    season = current_season()
    public_id = present_id(public_id)
    house = get_object_or_404(House.objects.visible(), public_id=public_id)
    if season is None:
        raise Http404
    if "row" not in (request.GET.get("as"), request.POST.get("as")):
        return render(request, "votes/vote.html", ballot(request, house.pk, public_id, season))
    score = house.scores.filter(season=season, scorer__live=True).first()
    row = row_ballot(request, house.pk, public_id, score.votes if score else 0)
    return render(request, "votes/row.html", {**row, "unfolded": "row" in request.POST.get("as", "")})


def safe(request: HttpRequest, address: str) -> str:
    """The address where it is one of this site, else empty."""
    own = url_has_allowed_host_and_scheme(address, allowed_hosts=None) and address.startswith("/")
    return address if own and address.isprintable() and len(address) <= 200 else ""


def mine(request: HttpRequest, form: LinkForm | None = None, status: int = 200) -> HttpResponse:
    """What the visitor has voted for, and how to become a voter. `?next=` is where they come from."""
    voter = asking.known_voter(request)
    season = current_season()
    taking = open_categories(season)
    votes = my_votes(voter, season)
    context = {
        "voter": voter,
        "known": voter is not None or request.user.is_authenticated,
        "season": season,
        "rows": [(one, votes.get(one.pk)) for one in taking],
        "closed": None if taking else why_closed(season),
        "kept": [vote for vote in votes.values() if vote.category not in taking],
        "earlier": earlier_votes(voter, season),
        "next": safe(request, request.GET.get("next", request.POST.get("next", ""))),
        "form": form or LinkForm(),
        "by_mail": settings.MAIL_GOES_OUT,
        "where": WhereForm()
        if fenced() and not may_vote_from_here(request.session, timezone.now())
        else None,
    }
    return render(request, "votes/mine.html", context, status=status)


def earlier_votes(voter: Voter | None, season: Season | None) -> list[Vote]:
    """The voter's votes of other seasons, the latest first."""
    if voter is None:
        return []
    votes = Vote.objects.standing().filter(voter=voter).exclude(season=season)
    return list(
        votes.select_related("house", "category", "season").order_by("-season__starts_on", "category__place")[
            :50
        ]
    )


def ask_for_link(request: HttpRequest) -> HttpResponse:
    """Sends a link to vote with to the address of the form. The answer is the same whoever's address it is."""
    if request.method != "POST" or not settings.MAIL_GOES_OUT:
        return redirect("votes:mine")
    form = LinkForm(request.POST)
    if not form.is_valid():
        return mine(request, form, status=400)
    address = form.cleaned_data["email"]
    limits = (LINKS_OF_NETWORK, network_of(request)), (LINKS_TO_ADDRESS, address_hash(address))
    if not all(passes(limit, who) for limit, who in limits):
        form.add_error(None, _("Many links were asked for within the hour. Try again in an hour."))
        return mine(request, form, status=429)
    token = make_link(address=address, leads_to=safe(request, request.POST.get("next", "")))
    if not send_link(
        address=address, link=request.build_absolute_uri(reverse("votes:confirm", args=[token]))
    ):
        form.add_error(None, _("The mail could not be sent. Try again later, or sign in to vote."))
        return mine(request, form, status=503)
    return render(request, "votes/sent.html", {"address": address})


def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Asks for one more press, since programs that look through mail open links as well; the press uses the link up."""
    opened = open_link(token) if request.method == "POST" else None
    if opened is None:
        good = request.method != "POST" and good_link(token) is not None
        return render(request, "votes/confirm.html", {"good": good}, status=200 if good else 410)
    voter, link = opened
    request.session.cycle_key()
    request.session[asking.SESSION_KEY] = voter.pk
    messages.success(request, _("Your address is confirmed. You can vote in this browser now."))
    return redirect(link.leads_to or "votes:mine")


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Takes the voter's link out of this browser. The votes stay."""
    request.session.pop(asking.SESSION_KEY, None)
    messages.success(request, _("This browser does not vote any more. Your votes stay."))
    return redirect("votes:mine")


def say_where(request: HttpRequest) -> HttpResponse:
    """Whether the place of the form is near enough to vote from. The place is not kept."""
    if request.method != "POST" or not fenced():
        return redirect("votes:mine")
    form = WhereForm(request.POST)
    if not form.is_valid():
        return refusal(request, _("Give a latitude from -90 to 90 and a longitude from -180 to 180."))
    if not is_near(form.cleaned_data["lon"], form.cleaned_data["lat"]):
        messages.error(request, _("Votes are taken from around here only, and that place is too far away."))
        return redirect("votes:mine")
    say_near(request.session, timezone.now())
    messages.success(request, _("Thank you. You can vote for twelve hours; the place was not kept."))
    return redirect(safe(request, request.POST.get("next", "")) or reverse("votes:mine"))


@gzip_page
def tally_json(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    return tally_file(request, "json", "application/json")


@gzip_page
def tally_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    return tally_file(request, "csv", "text/csv; charset=utf-8")


def tally_file(request: HttpRequest, ending: str, kind: str) -> HttpResponse | StreamingHttpResponse:
    """The tally of `?season=` (the present one): what every rank follows from, and no voters."""
    if not passes(TALLIES_OF_NETWORK, network_of(request)):
        sentence = _("The tally was asked for many times from your network. Try again in ten minutes.")
        return JsonResponse({"detail": sentence}, status=429)
    tally = asked_tally(request)
    lines: Any = json_lines(tally) if ending == "json" else csv_lines(tally)
    name = f"tally-{tally.season.replace(' ', '-')}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type=kind, headers=headers)


def asked_tally(request: HttpRequest) -> Tally:
    name = request.GET.get("season", "")
    season = season_named(name) if name and "\0" not in name else None if name else current_season()
    tally = tally_of(season) if season else None
    if tally is None:
        raise Http404(_("There is no season of that name."))
    return tally
