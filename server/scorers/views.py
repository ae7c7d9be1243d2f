from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from server.accounts.models import User
from server.frames.models import FrameScore, Scorer
from server.frames.pictures import overlay_png
from server.frames.queries import live_scorer
from server.jobs.services import AlreadyAtWork
from server.scorers import services
from server.scorers.models import Promotion
from server.scorers.pages import listed, page_of


@never_cache
def scorers(request: HttpRequest) -> HttpResponse:
    """All scorers, and who made which live when."""
    history = Promotion.objects.select_related("scorer", "before", "by")[:50]
    return render(request, "scorers/scorers.html", {"scorers": listed(), "history": history})


@never_cache
def scorer(request: HttpRequest, scorer_hash: str) -> HttpResponse:
    """One scorer: where it stands, and what making it live would change, or has changed."""
    return render(request, "scorers/scorer.html", page_of(get_object_or_404(Scorer, hash=scorer_hash)))


def shadow(request: HttpRequest, scorer_hash: str) -> HttpResponse:
    found = get_object_or_404(Scorer, hash=scorer_hash)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        return redirect(services.begin_shadow(scorer=found, asked_by=asker(request)))
    except AlreadyAtWork as refusal:
        messages.info(request, str(refusal))
        return redirect(refusal.job or found_page(found))


@never_cache
def promote(request: HttpRequest, scorer_hash: str) -> HttpResponse:
    found = get_object_or_404(Scorer, hash=scorer_hash)
    if request.method != "POST":
        return confirm(request, found, "scorers/promote.html")
    try:
        services.promote(scorer=found, by=asker(request), instead_of=request.POST.get("instead_of", ""))
    except services.CannotPromote as refusal:
        return confirm(request, found, "scorers/promote.html", str(refusal))
    messages.success(request, _("%s is live. Every page speaks with it from now on.") % found.hash)
    return redirect("scorers:scorer", scorer_hash)


@never_cache
def roll_back(request: HttpRequest, scorer_hash: str) -> HttpResponse:
    found = get_object_or_404(Scorer, hash=scorer_hash)
    if request.method != "POST":
        return confirm(request, found, "scorers/roll_back.html")
    try:
        made = services.roll_back(by=asker(request), instead_of=scorer_hash)
    except services.CannotPromote as refusal:
        return confirm(request, found, "scorers/roll_back.html", str(refusal))
    messages.success(request, _("%s is live again, and every page is as it was.") % made.scorer.hash)
    return redirect("scorers:scorer", made.scorer.hash)


@never_cache
def overlay(request: HttpRequest, scorer_hash: str, public_id: str) -> HttpResponse:
    """A frame's festivity map by this scorer, one pixel per patch."""
    score = FrameScore.objects.filter(frame__public_id=public_id, scorer__hash=scorer_hash).first()
    if score is None:
        raise Http404(_("This scorer has not scored this frame."))
    return HttpResponse(overlay_png(score), "image/png")


def confirm(request: HttpRequest, scorer: Scorer, page: str, refused: str = "") -> HttpResponse:
    """What is to be changed, with a button; with the sentence of a refusal, 409."""
    context = page_of(scorer) | {"refused": refused, "live": live_scorer()}
    return render(request, page, context, status=409 if refused else 200)


def found_page(scorer: Scorer) -> str:
    return f"/scorers/{scorer.hash}/"


def asker(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
