from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from server.core.requests import refusal, wants_json
from server.frames.models import Frame
from server.frames.queries import frames_readable_by
from server.labels.exchange import asking, gimp
from server.labels.exchange.bringing import take_one
from server.labels.exchange.bundle import Wanted, coco_json, zipped
from server.labels.exchange.refused import Refused
from server.labels.models import Label
from server.labels.pictures import NoPicture, packed, size_of_picture, unpacked
from server.labels.queries import newest_drawn

SYNTHETIC = {"real": False, "rendered": True}


def exchange(request: HttpRequest) -> HttpResponse:
    """Labels out of the site and into it."""
    if request.method == "POST":
        return brought(request)
    counting = Label.objects.newest_of_each_frame().values("pk")
    count = Label.objects.drawn().filter(pk__in=counting).count()
    return render(request, "labels/exchange.html", {"count": count})


def brought(request: HttpRequest) -> HttpResponse:
    """A zip or a COCO JSON, put before the workers; its job tells what was taken."""
    file = request.FILES.get("file")
    if file is None:
        return refusal(request, _("Choose a zip or a COCO JSON first."))
    if not file.size or file.size > asking.MOST_BYTES:
        return refusal(request, _("This file is empty or larger than 512 MB. Bring it in parts."))
    job = asking.ask_to_import(
        stream=file,
        name=file.name or "",
        all_or_none=request.POST.get("mode") == "all",
        by=person_of(request),
        title=_("Labels from %(file)s") % {"file": file.name},
    )
    return redirect(job)


def all_as_zip(request: HttpRequest) -> StreamingHttpResponse:
    """All labels that count: masks, listing and COCO JSON, with pictures where they are asked for."""
    return streamed(zipped(wanted(request)), "application/zip", "zip")


def all_as_coco(request: HttpRequest) -> StreamingHttpResponse:
    return streamed(coco_json(wanted(request)), "application/json", "json")


def wanted(request: HttpRequest) -> Wanted:
    return Wanted(SYNTHETIC.get(request.GET.get("of", "")), "pictures" in request.GET)


def streamed(chunks: Any, content_type: str, ending: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(chunks, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="labels-{date.today():%Y-%m-%d}.{ending}"'
    response["X-Accel-Buffering"] = "no"
    return response


def mask(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The mask that counts as GIMP keeps it; POST brings one."""
    frame = get_object_or_404(frames_readable_by(person_of(request)), public_id=public_id)
    if request.method == "POST":
        return mask_brought(request, frame)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "POST"])
    label = newest_drawn(frame)
    if label is None:
        raise Http404(_("Nobody has drawn a mask on this frame."))
    response = HttpResponse(gimp.written_mask(unpacked(bytes(label.mask or b""))), "image/png")
    response["Content-Disposition"] = f'attachment; filename="{frame.public_id}.mask.png"'
    return response


def mask_brought(request: HttpRequest, frame: Frame) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        return refusal(request, _("Choose a PNG first."))
    try:
        png = packed(gimp.mask_in(content_of(file), *size_of_picture(frame)))
    except (Refused, NoPicture) as trouble:
        return refusal(request, str(trouble))
    take_one(frame, png, person_of(request))
    messages.success(request, _("Taken. The mask from your file is the newest label of this frame now."))
    page = reverse("labels:inspect", args=[frame.public_id]) + "#history-title"
    return JsonResponse({"page": page}) if wants_json(request) else redirect(page)


def content_of(file: Any) -> bytes:
    """As much of it as a mask can be, and one byte more."""
    return bytes(file.read(gimp.MOST_BYTES + 1))


def person_of(request: HttpRequest) -> Any:
    return request.user
