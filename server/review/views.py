from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from server.frames.models import Region
from server.frames.queries import live_scorer
from server.houses.identity.decisions import CannotDecide, say_apart, say_same, split, undo
from server.houses.models import Decision, House, Sighting
from server.houses.queries import current_season
from server.labels.patches.pairs import in_common
from server.review.crops import crop_jpeg
from server.review.doubts import doubts
from server.review.pages import beside, pair_context, shown, skip, skipped, strangers

DECISIONS_PER_PAGE = 50
VERBS = {"same": say_same, "apart": say_apart}


def queue(request: HttpRequest) -> HttpResponse:
    """The pair whose answer is worth most. POST `house`, `other` and `word`: same, apart or skip."""
    if request.method == "POST":
        answer(request)
        return redirect("review:queue")
    waiting = doubts(skipped(request.session))
    context = pair_context(waiting[0]) if waiting else {}
    if context:
        context |= most_alike(context["house"].shots, context["other"].shots)
    return render(request, "review/queue.html", {**context, "waiting": len(waiting)})


def most_alike(shots: Sequence[Sighting], others: Sequence[Sighting]) -> dict[str, Any]:
    """The two regions that have most in common by their patches, one of each house, and what that is."""
    looks = [(in_common(one.region, other.region), one, other) for one, other in product(shots, others)]
    common, one, other = max(
        looks, key=lambda look: look[0].chance if look[0] else -1, default=(None, None, None)
    )
    return {"common": common, "shot": one, "other_shot": other}


def answer(request: HttpRequest) -> None:
    house, other = (
        get_object_or_404(House, public_id=request.POST.get(name, "")) for name in ("house", "other")
    )
    word = request.POST.get("word", "")
    if word in VERBS:
        decide(request, lambda: VERBS[word](house=house, other=other, by=person(request)))
    elif word == "skip":
        skip(request.session, f"{house.public_id}-{other.public_id}")
    else:
        raise Http404


def person(request: HttpRequest) -> Any:
    """Whoever is signed in; the route lets nobody else in."""
    return request.user


def decide(request: HttpRequest, verb: Callable[[], object]) -> bool:
    """Says what came of it; whether it was done."""
    try:
        verb()
    except CannotDecide as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, _("Written down. It can be taken back on the list of decisions."))
    return True


def house(request: HttpRequest, public_id: str) -> HttpResponse:
    """All that shows one house, to part it, and the houses beside it, to join them. POST `sightings`: found a house of them."""
    found = get_object_or_404(House.objects.filter(merged_into=None), public_id=public_id)
    if request.method == "POST":
        chosen = [int(pk) for pk in request.POST.getlist("sightings") if pk.isdecimal()]
        decide(request, lambda: split(house=found, sightings=chosen, by=person(request)))
        return redirect("review:house", public_id=public_id)
    scorer, season = live_scorer(), current_season()
    if scorer is None or season is None:
        raise Http404(_("There is no map yet."))
    rows = Sighting.objects.filter(house=found, scorer=scorer).select_related("region", "frame__camera")
    sightings = list(rows.defer("region__patches").order_by("frame__captured_at", "pk"))
    context = {"subject": shown([found], scorer, season)[0], "sightings": sightings}
    near = {"beside": beside(found, scorer, season), "strangers": strangers(sightings)}
    return render(request, "review/house.html", {**context, **near})


def decisions(request: HttpRequest) -> HttpResponse:
    rows = Decision.objects.select_related("house", "other", "by", "undone_by")
    page = Paginator(rows, DECISIONS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "review/decisions.html", {"page": page})


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    decision = get_object_or_404(Decision, pk=pk)
    decide(request, lambda: undo(decision, by=person(request)))
    return redirect("review:decisions")


@cache_control(private=True, max_age=3600)
def crop(request: HttpRequest, region_id: int) -> HttpResponse:
    region = get_object_or_404(
        Region.objects.select_related("frame").defer("patches", "vector"), pk=region_id
    )
    try:
        return HttpResponse(crop_jpeg(region), "image/jpeg")
    except OSError as error:
        raise Http404(_("The picture of this frame is gone.")) from error
