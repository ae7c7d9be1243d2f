from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from server.frames.models import Frame
from server.labels.models import Label
from server.labels.services import record_verdict


def verdict(request: HttpRequest, public_id: str) -> HttpResponse:
    """Festive or not festive, as a form without scripts says it; then back to the drive."""
    frame = get_object_or_404(Frame.objects.select_related("drive"), public_id=public_id)
    said = request.POST.get("verdict", "")
    if request.method == "POST":
        if said not in Label.Verdict:
            return HttpResponseBadRequest(_("Say festive or not_festive."), content_type="text/plain")
        record_verdict(frame=frame, author=request.user, verdict=Label.Verdict(said))  # type: ignore[arg-type]
        messages.success(request, _("Noted. The houses that this frame shows are counted anew."))
    return redirect("drives:drive", public_id=frame.drive.public_id)
