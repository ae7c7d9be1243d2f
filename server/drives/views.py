from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from server.core.requests import wants_part
from server.drives.cameras.answers import SENTENCES, CannotChange
from server.drives.cameras.pages import cards_of, desk_of
from server.drives.cameras.settling import questions
from server.drives.footage.originals import drop_now, kept_of
from server.drives.forms import UploadForm, answer
from server.drives.models import Drive, Stage
from server.drives.places import zone_of
from server.drives.queries import (
    driven_at,
    ended_unseen,
    file_counts,
    frame_counts,
    progress_of,
    readable_by,
    rejections_of,
)
from server.drives.services import see_end
from server.drives.tracks.findings import findings_of
from server.frames.queries import live_scorer
from server.houses.places.driven import driven

PER_PAGE = 12


def mine(request: HttpRequest) -> HttpResponse:
    page = Paginator(Drive.objects.owned_by(request.user), PER_PAGE).get_page(request.GET.get("page"))
    unseen = set(ended_unseen(request.user).values_list("pk", flat=True))
    context = {
        "page": page,
        "drives": [{**summary_of(drive), "unseen": drive.pk in unseen} for drive in page],
    }
    return render(request, "drives/list.html" if wants_part(request) else "drives/mine.html", context)


def upload(request: HttpRequest) -> HttpResponse:
    """Where a drive is brought. `?drive=` goes on with one; without scripts the form itself carries the files."""
    begun = begun_drive(request)
    if begun and begun.stage != Stage.UPLOAD:
        return redirect("drives:drive", public_id=begun.public_id)
    known = {"title": begun.title, "keep_originals": begun.keep_originals} if begun else None
    driver, files = driver_of(request), request.FILES or None
    form = UploadForm(request.POST or None, files, initial=known, label_suffix="", driver=driver)
    if request.method == "POST" and form.is_valid():
        sent = form.send_off(drive=begun)
        return redirect("drives:drive", public_id=sent.public_id)
    open_uploads = begun.uploads.open() if begun else ()
    context = {
        "form": form,
        "begun": begun,
        "open_uploads": open_uploads,
        "chunk_bytes": settings.UPLOAD_CHUNK_BYTES,
    }
    return render(request, "drives/upload.html", context)


def begun_drive(request: HttpRequest) -> Drive | None:
    """The driver's own drive that `?drive=` names; 404 for any other."""
    public_id = request.GET.get("drive", "")
    if not public_id:
        return None
    if not public_id.isalnum():
        raise Http404
    return get_object_or_404(Drive.objects.owned_by(request.user), public_id=public_id)


def driver_of(request: HttpRequest) -> Any:
    return request.user


def drive(request: HttpRequest, public_id: str) -> HttpResponse:
    """A drive for its driver and staff; the part that changes while it is worked on can be asked for alone."""
    found = get_object_or_404(readable_by(request.user), public_id=public_id)
    if found.driver_id == request.user.pk:
        see_end(found)
    context = {**summary_of(found), "stages": progress_of(found), "rejections": rejections_of(found)}
    with timezone.override(zone_of(found)):
        if wants_part(request):
            return render(request, "drives/progress.html", context)
        parts = {"driven": driven(found), "findings": findings_of(found), "kept": kept_of(found)}
        return render(request, "drives/drive.html", {**context, **parts})


@require_POST
def drop_originals(request: HttpRequest, public_id: str) -> HttpResponse:
    """The driver's word that no original is kept."""
    found = get_object_or_404(Drive.objects.owned_by(request.user), public_id=public_id)
    dropped = drop_now(found)
    told = ngettext("%d original was deleted.", "%d originals were deleted.", dropped) % dropped
    messages.success(request, told if dropped else _("The originals are deleted as soon as they are scored."))
    return redirect("drives:drive", public_id=public_id)


def cameras(request: HttpRequest, public_id: str) -> HttpResponse:
    """A drive's cameras for its driver and staff: which way each faced, and when its clock was right."""
    found = get_object_or_404(readable_by(request.user), public_id=public_id)
    if request.method == "POST":
        try:
            messages.success(request, SENTENCES[answer(found, request.POST)])
        except CannotChange as refused:
            messages.error(request, str(refused))
        return redirect("drives:cameras", public_id=public_id)
    cards = cards_of(found)
    context = {"drive": found, "cards": cards, "desk": desk_of(found, cards), "zone": zone_of(found)}
    with timezone.override(zone_of(found)):
        return render(request, "drives/cameras.html", context)


def awaits_scorer(drive: Drive) -> bool:
    """Whether a drive is done, but under a scorer that the pages do not show yet."""
    live = live_scorer()
    return drive.stage == Stage.DONE and live is not None and drive.scorer_hash not in ("", live.hash)


def summary_of(drive: Drive) -> dict[str, Any]:
    return {
        "drive": drive,
        "awaits_scorer": awaits_scorer(drive),
        "driven_at": driven_at(drive),
        "zone": str(zone_of(drive)),
        "questions": questions(drive) if drive.failure and drive.stage == Stage.LOCATE else (),
        "files": file_counts(drive),
        "frames": frame_counts(drive),
    }
