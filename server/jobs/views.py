from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from server.core.requests import wants_part
from server.jobs import services
from server.jobs.models import Job

PER_PAGE = 50


@never_cache
def jobs(request: HttpRequest) -> HttpResponse:
    """All jobs, the newest first."""
    page = Paginator(Job.objects.select_related("asked_by"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "jobs/list.html" if wants_part(request) else "jobs/jobs.html", {"page": page})


@never_cache
def job(request: HttpRequest, public_id: str) -> HttpResponse:
    """One job: how far it is, what it said, and a way to cancel it."""
    found = get_object_or_404(Job.objects.select_related("asked_by"), public_id=public_id)
    context = {"job": found, "lines": found.lines.all()}
    return render(request, "jobs/state.html" if wants_part(request) else "jobs/job.html", context)


def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(Job, public_id=public_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if services.cancel(found):
        messages.success(request, _("It is being cancelled."))
    else:
        messages.info(request, _("It had ended already."))
    return redirect("jobs:job", public_id=public_id)
