from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from server.frames.models import Frame
from server.frames.queries import frames_readable_by, live_scorer
from server.labelling import rounds
from server.labelling.page import queue_context
from server.labelling.queries import asked_in
from server.labelling.services import offer_again, skip, want_ranking
from server.labelling.strip import desk_address, strip_of

PER_PAGE = 24


def queue(request: HttpRequest) -> HttpResponse:
    """The frames worth labelling, in order, each with the reason; the part of `?reason=` and `?drive=`."""
    asked = asked_in(request.GET)
    context = queue_context(person_of(request), asked)
    page = Paginator(context.pop("entries"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "labelling/queue.html", {**context, "page": page})


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begins a round at the head of the queue, or of a part of it."""
    asked = asked_in(request.POST)
    begun = rounds.begin(request.session, person_of(request), asked)
    if not begun.frames:
        messages.info(request, _("Nothing waits in this part of the queue."))
        return redirect("labelling:queue")
    return redirect(desk_address(Frame.objects.get(public_id=begun.frames[0]), asked))


@require_POST
def rank(request: HttpRequest) -> HttpResponse:
    """Asks for the queue to be made anew."""
    if scorer := live_scorer():
        want_ranking(scorer)
        messages.success(request, _("The queue is being made anew. Load the page again in a moment."))
    else:
        messages.warning(request, _("Nothing is scored yet, so there is nothing to rank."))
    return redirect("labelling:queue")


@require_POST
def pass_over(request: HttpRequest, public_id: str) -> HttpResponse:
    """Skips a frame for good, and goes on to the next."""
    user = person_of(request)
    frame = get_object_or_404(frames_readable_by(user), public_id=public_id)
    skip(frame=frame, labeller=user)
    goes_on = strip_of(request.session, user, frame).goes_on
    return redirect(goes_on or "labelling:queue")


@require_POST
def take_skips_back(request: HttpRequest) -> HttpResponse:
    count = offer_again(person_of(request))
    said = ngettext("%d frame is offered to you again.", "%d frames are offered to you again.", count) % count
    messages.success(request, said)
    return redirect("labelling:queue")


def following(request: HttpRequest, public_id: str) -> HttpResponse:
    """The part of the desk that tells of the queue, as it is now."""
    user = person_of(request)
    frame = get_object_or_404(frames_readable_by(user), public_id=public_id)
    return render(request, "labelling/next.html", {"strip": strip_of(request.session, user, frame)})


def person_of(request: HttpRequest) -> Any:
    """Whoever is signed in; the route lets nobody else in."""
    return request.user
