from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers
from rest_framework.exceptions import ValidationError

from server.core.api import reasons
from server.core.limits import Limit, network_of, passes
from server.core.requests import PART, refusing, wants_part
from server.houses.queries import Box
from server.maps.search import find_places
from server.tours.asked import Asked
from server.tours.asking import asked_of
from server.tours.gpx import gpx_of
from server.tours.kml import kml_of
from server.tours.models import SharedTour
from server.tours.page import tour_context
from server.tours.planning import NothingNear, planned
from server.tours.queries import Tour, tour_of
from server.tours.services import NothingToShare, begun_tonight, share_tour, staggered_tour
from server.tours.setting_out import form_context
from server.tours.starting import start_of

KEPT = "X-Kept"  # a page that a device keeps for later has no account in it
WORKER = Path(settings.STATICFILES_DIRS[0]) / "js" / "tour" / "keeping-worker.js"
PLANS_OF_ONE_NETWORK = Limit("tour-plans", times=60, window_s=600)
SHARED_BY_ONE_NETWORK = Limit("tours-shared", times=30, window_s=3600)


@gzip_page
@cache_control(private=True)
@vary_on_headers(PART, KEPT)
@refusing
def tour(request: HttpRequest) -> HttpResponse:
    """The tour of `?stops=`, in that order; what changes with the order can be asked for alone."""
    asked = asked_of(request.GET)
    return tour_page(request, tour_of(asked), asked)


@gzip_page
@cache_control(private=True)
@vary_on_headers(PART, KEPT)
def shared(request: HttpRequest, public_id: str) -> HttpResponse:
    """A tour that somebody shared, with what is on the map of it today."""
    kept = get_object_or_404(SharedTour, public_id=public_id)
    asked = Asked(tuple(kept.stops), by=kept.travel, back=kept.back)
    return tour_page(request, tour_of(asked), asked, shared=kept)


def tour_page(request: HttpRequest, found: Tour, asked: Asked, **more: Any) -> HttpResponse:
    context = {**tour_context(found, asked), **more, "kept": KEPT in request.headers}
    return render(request, "tours/plan.html" if wants_part(request) else "tours/tour.html", context)


@cache_control(private=True)
def from_here(request: HttpRequest) -> HttpResponse:
    """Asks where to start and for how long; once both are said, leads to the most festive tour."""
    try:
        asked, start = asked_of(request.GET), start_of(request.GET, box_called)
    except ValidationError as error:
        return form_page(request, reasons(error), status=400)
    if start is None or asked.minutes is None:
        missing = _("Say where the tour starts and how long it may take.") if request.GET else ""
        return form_page(request, missing, status=400 if missing else 200)
    if not passes(PLANS_OF_ONE_NETWORK, network_of(request)):
        return form_page(
            request, _("Very many tours were asked for from your network. Wait some minutes."), 429
        )
    try:
        found = planned(asked.starting_at(start))
    except NothingNear as error:
        return form_page(request, str(error), status=404)
    turned = staggered_tour(found, begun_tonight().tours, key=found.asked.query)
    stops = [house.public_id for house in turned.houses]
    return redirect(f"{reverse('tours:tour')}?{found.asked.with_stops(stops).query}")


def box_called(words: str) -> Box | None:
    return next((place.box for place in find_places(words)), None)


def form_page(request: HttpRequest, problem: str, status: int) -> HttpResponse:
    context = {**form_context(request.GET), "problem": problem}
    return render(request, "tours/from_here.html", context, status=status)


@require_POST
@refusing
def share(request: HttpRequest) -> HttpResponse:
    asked = asked_of(request.POST)
    if not passes(SHARED_BY_ONE_NETWORK, network_of(request)):
        sentence = _("Many tours were shared from your network within the hour. Try again in an hour.")
        return render(request, "400.html", {"reason": sentence}, status=429)
    try:
        return redirect("tours:shared", public_id=share_tour(asked).public_id)
    except NothingToShare as error:
        raise ValidationError(str(error)) from None


@refusing
def gpx(request: HttpRequest) -> HttpResponse:
    found = taken_along(request)
    return file_of(gpx_of(found, request.build_absolute_uri), "application/gpx+xml", "tour.gpx")


@refusing
def kml(request: HttpRequest) -> HttpResponse:
    found = taken_along(request)
    return file_of(
        kml_of(found, request.build_absolute_uri), "application/vnd.google-earth.kml+xml", "tour.kml"
    )


def taken_along(request: HttpRequest) -> Tour:
    """The tour that was asked for, without where it starts. Raises ValidationError where there is nothing of it."""
    found = tour_of(asked_of(request.GET).without_start)
    if not found.houses:
        raise ValidationError(
            _("A file needs at least one house that is on the map. Add one to the tour first.")
        )
    return found


def file_of(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@cache_control(no_cache=True)
def keeping_worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the pages of tours; its address is what bounds it to them."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
