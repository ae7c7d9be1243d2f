from __future__ import annotations

import math
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import gettext as _

from server.core.requests import wants_part
from server.drives.queries import readable_by
from server.frames.models import Frame
from server.frames.queries import frames_readable_by, live_scorer
from server.labels.inspection import FIRST, inspection
from server.labels.models import Label
from server.labels.patches.kept import NotKept
from server.labels.pngs import Spot, layer_png
from server.labels.services import record_verdict

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
    said = request.POST.get("verdict", "")
    if request.method == "POST":
        if said not in Label.Verdict:
            return HttpResponseBadRequest(_("Say festive or not_festive."), content_type="text/plain")
        record_verdict(frame=frame, author=request.user, verdict=Label.Verdict(said))  # type: ignore[arg-type]
        messages.success(request, _("Noted. The houses that this frame shows are counted anew."))
    if not readable_by(request.user).filter(pk=frame.drive_id).exists():
        return redirect("labels:inspect", public_id=public_id)
    return redirect("drives:drive", public_id=frame.drive.public_id)


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
