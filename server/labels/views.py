from __future__ import annotations

import math
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotAllowed,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError

from server.core.requests import wants_part
from server.drives.queries import readable_by
from server.frames.models import Frame
from server.frames.queries import frames_readable_by, live_scorer
from server.labels.drafts import draft_of
from server.labels.drawing import Drawing
from server.labels.elsewhere import asked_of, found_elsewhere
from server.labels.inspection import FIRST, inspection
from server.labels.models import Label
from server.labels.patches.kept import NotKept
from server.labels.patches.masks import CannotDraw
from server.labels.pngs import Spot, layer_png
from server.labels.serializers import DrawingSerializer, drawing_from, said
from server.labels.services import NotYours, record_verdict, take_again, withdraw

FRESH_S = 300


def inspect(request: HttpRequest, public_id: str) -> HttpResponse:
    """A frame, layer by layer, for its driver and whoever may label; these draw labels on it."""
    frame = readable_or_404(request, public_id)
    context = inspection(frame, person_of(request), request.GET.get("layer", FIRST))
    page = "labels/history.html" if wants_part(request) else "labels/inspect.html"
    return render(request, page, context)


def layer(request: HttpRequest, public_id: str, layer: str) -> HttpResponse:
    """One layer of a frame as PNG, one pixel per patch; a label at the picture's size."""
    frame = readable_or_404(request, public_id)
    try:
        key, png = layer_png(frame, layer, live_scorer(), spot_of(request))
    except NotKept as reason:
        raise Http404(str(reason)) from None
    except ValueError:
        return HttpResponseBadRequest(_("Name a place in the picture: x and y from 0 to 1."), "text/plain")
    etag = quote_etag(key)
    response = get_conditional_response(request, etag) or HttpResponse(png, "image/png")
    response["ETag"] = etag
    patch_cache_control(response, private=True, max_age=FRESH_S)
    return response


def verdict(request: HttpRequest, public_id: str) -> HttpResponse:
    """Festive or not festive, as a form without scripts says it; then back to the drive, or to the frame for labellers."""
    frame = readable_or_404(request, public_id)
    word = request.POST.get("verdict", "")
    if request.method == "POST":
        if word not in Label.Verdict:
            return HttpResponseBadRequest(_("Say festive or not_festive."), content_type="text/plain")
        record_verdict(frame=frame, author=request.user, verdict=Label.Verdict(word))  # type: ignore[arg-type]
        messages.success(request, _("Noted. The houses that this frame shows are counted anew."))
    if not readable_by(request.user).filter(pk=frame.drive_id).exists():
        return redirect("labels:inspect", public_id=public_id)
    return redirect("drives:drive", public_id=frame.drive.public_id)


def elsewhere(request: HttpRequest, public_id: str) -> HttpResponse:
    """Other frames in which what was marked on this one lights up, to be opened at their desks."""
    frame = readable_or_404(request, public_id)
    person, everywhere = person_of(request), request.GET.get("of") == "all"
    context = {"frame": frame, "everywhere": everywhere, "found": None, "trouble": ""}
    try:
        asked = asked_of(frame, draft_drawing(frame, person), everywhere)
        if asked is None:
            context["trouble"] = _(
                "Mark it on the frame first, by a + click at least; then it is looked for."
            )
        else:
            context["found"] = found_elsewhere(
                asked, person, number_in(request, "stretch"), number_in(request, "page")
            )
    except (NotKept, CannotDraw) as trouble:
        context["trouble"] = str(trouble)
    return render(request, "labels/elsewhere.html", context)


def draft_drawing(frame: Frame, author: Any) -> Drawing | None:
    """None where there is no draft, or one of a form that is no longer known."""
    draft = draft_of(frame, author)
    try:
        return drawing_from(said(DrawingSerializer(data=draft.drawing))) if draft else None
    except ParseError:
        return None


def number_in(request: HttpRequest, name: str) -> int:
    """A small whole number of the address, 0 for anything else."""
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0


def again(request: HttpRequest, public_id: str, label: int) -> HttpResponse:
    """An older label of the frame becomes its newest."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    older = get_object_or_404(Label, frame=readable_or_404(request, public_id), pk=label)
    take_again(older, person_of(request))
    messages.success(request, _("Taken again. It is the newest label of this frame now."))
    return back_to_history(public_id)


def take_back(request: HttpRequest, public_id: str, label: int) -> HttpResponse:
    """Withdraws a mistaken label, as its author or as staff."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    mistaken = get_object_or_404(Label, frame=readable_or_404(request, public_id), pk=label)
    try:
        if withdraw(mistaken, person_of(request)):
            messages.success(request, _("Withdrawn. The label before it counts again, if there is one."))
        else:
            messages.info(request, _("It was withdrawn already."))
    except NotYours as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return back_to_history(public_id)


def back_to_history(public_id: str) -> HttpResponse:
    return redirect(reverse("labels:inspect", args=[public_id]) + "#history-title")


def readable_or_404(request: HttpRequest, public_id: str) -> Frame:
    frames = frames_readable_by(request.user).select_related("drive", "camera", "footage")
    return get_object_or_404(frames, public_id=public_id)


def spot_of(request: HttpRequest) -> Spot | None:
    """`?x=&y=` in [0, 1], None where they are left out. Raises ValueError."""
    if "x" not in request.GET and "y" not in request.GET:
        return None
    x, y = (float(request.GET.get(name, "")) for name in ("x", "y"))
    if not all(math.isfinite(place) and 0 <= place <= 1 for place in (x, y)):
        raise ValueError("outside the picture")
    return Spot(x, y)


def person_of(request: HttpRequest) -> Any:
    return request.user
