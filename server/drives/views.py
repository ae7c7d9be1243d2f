from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from server.core.requests import wants_part
from server.drives.models import Drive
from server.drives.queries import file_counts, frame_counts, progress_of, readable_by, rejections_of

PER_PAGE = 12


def mine(request: HttpRequest) -> HttpResponse:
    page = Paginator(Drive.objects.owned_by(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "drives": [summary_of(drive) for drive in page]}
    return render(request, "drives/list.html" if wants_part(request) else "drives/mine.html", context)


def upload(request: HttpRequest) -> HttpResponse:
    return render(request, "drives/upload.html")


def drive(request: HttpRequest, public_id: str) -> HttpResponse:
    """A drive for its driver and staff; the part that changes while it is worked on can be asked for alone."""
    found = get_object_or_404(readable_by(request.user), public_id=public_id)
    context = {**summary_of(found), "stages": progress_of(found)}
    if wants_part(request):
        return render(request, "drives/progress.html", context)
    return render(request, "drives/drive.html", {**context, "rejections": rejections_of(found)})


def summary_of(drive: Drive) -> dict[str, Any]:
    return {"drive": drive, "files": file_counts(drive), "frames": frame_counts(drive)}
