from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import gettext as _

from server.drives.models import Drive, Stage
from server.drives.queries import readable_by
from server.frames.browse import BrowseForm, browsed, histogram
from server.frames.grids import frame_grid, tile_of
from server.frames.models import FrameScore
from server.frames.pictures import SeenFrame, frame_seen_by, overlay_png
from server.frames.queries import live_scorer

BROWSED_PER_PAGE = 24
MINUTE_S = 60
HOUR_S = 3600


def picture(request: HttpRequest, public_id: str) -> HttpResponse:
    seen = seen_or_404(request, public_id)
    return file_response(request, seen, seen.frame.picture)


def thumbnail(request: HttpRequest, public_id: str) -> HttpResponse:
    seen = seen_or_404(request, public_id)
    return file_response(request, seen, seen.frame.thumbnail)


def overlay(request: HttpRequest, public_id: str) -> HttpResponse:
    """The festivity map of the live scorer, one pixel per patch."""
    seen = seen_or_404(request, public_id)
    score = FrameScore.objects.filter(frame=seen.frame, scorer=live_scorer()).select_related("scorer").first()
    if score is None:
        raise Http404(_("This frame has no score yet."))
    etag = quote_etag(f"{public_id}-{score.scorer.hash}")
    response = get_conditional_response(request, etag) or HttpResponse(overlay_png(score), "image/png")
    return with_cache_headers(response, seen, etag, max_age=MINUTE_S)


def grid(request: HttpRequest, drive_id: str) -> HttpResponse:
    """The part of a drive's page that shows its frames."""
    drive = get_object_or_404(readable_by(request.user), public_id=drive_id)
    return render(request, "frames/grid.html", grid_context(request, drive))


def browse(request: HttpRequest) -> HttpResponse:
    """All frames that one may look into, their own for drivers and every one for staff."""
    drives = readable_by(request.user).exclude(stage=Stage.UPLOAD)
    form = BrowseForm(request.GET, drives=drives.order_by("-created_at"), label_suffix="")
    if not form.is_valid():
        return render(request, "frames/browse.html", {"form": form}, status=400)
    scorer = live_scorer()
    frames = browsed(drives, form.cleaned_data, scorer)
    page = Paginator(frames, BROWSED_PER_PAGE).get_page(request.GET.get("page"))
    bars = histogram(frames, scorer)
    tiles = [tile_of(frame, scorer) for frame in page]
    return render(request, "frames/browse.html", {"form": form, "page": page, "tiles": tiles, "bars": bars})


def grid_context(request: HttpRequest, drive: Drive) -> dict[str, Any]:
    tiles, page, sort = frame_grid(drive, request.GET.get("sort", ""), request.GET.get("page"))
    return {"request": request, "drive": drive, "tiles": tiles, "page": page, "sort": sort}


def seen_or_404(request: HttpRequest, public_id: str) -> SeenFrame:
    seen = frame_seen_by(request.user, public_id)
    if seen is None:
        raise Http404(_("There is no such frame, or it is not public."))
    return seen


def file_response(request: HttpRequest, seen: SeenFrame, file: FieldFile) -> HttpResponse:
    etag = quote_etag(file.name or "")
    if unchanged := get_conditional_response(request, etag):
        return with_cache_headers(unchanged, seen, etag)
    try:
        response = FileResponse(file.open(), content_type="image/jpeg")
    except FileNotFoundError:
        raise Http404(_("The picture of this frame is gone.")) from None
    return with_cache_headers(response, seen, etag)


def with_cache_headers(response: Any, seen: SeenFrame, etag: str, **limits: int) -> HttpResponse:
    """A frame's picture never changes, but it can be taken off, so that caches ask again after an hour."""
    response["ETag"] = etag
    who = {"public": True} if seen.public else {"private": True}
    patch_cache_control(response, **(limits or {"max_age": HOUR_S, "immutable": True}), **who)
    return response
