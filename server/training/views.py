from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from server.jobs.services import AlreadyAtWork
from server.training.models import Lesson
from server.training.pages import lesson_context, lessons_context
from server.training.services import CannotTrain, ask_for_lesson

PER_PAGE = 30


@never_cache
def lessons(request: HttpRequest) -> HttpResponse:
    """All lessons, the newest first, and the button that asks for another: POST `start`, live or nothing."""
    if request.method == "POST":
        return begin(request)
    rows = Lesson.objects.select_related("scorer", "job__asked_by")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "training/lessons.html", {"page": page, **lessons_context()})


def begin(request: HttpRequest) -> HttpResponse:
    start = request.POST.get("start", "")
    if start not in Lesson.Start:
        return HttpResponseBadRequest(_("Say where to start: live or nothing."), content_type="text/plain")
    try:
        job = ask_for_lesson(start=Lesson.Start(start), asked_by=request.user)  # type: ignore[arg-type]
    except CannotTrain as refusal:
        messages.error(request, str(refusal))
        return redirect("training:lessons")
    except AlreadyAtWork as other:
        messages.info(request, str(other))
        return redirect(other.job or "training:lessons")
    return redirect(job)


@never_cache
def lesson(request: HttpRequest, public_id: str) -> HttpResponse:
    """What came of a training: figures, curves, the worst frames, and what each label changed."""
    found = get_object_or_404(Lesson.objects.select_related("scorer", "job__asked_by"), public_id=public_id)
    return render(request, "training/lesson.html", lesson_context(found))
