from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.vary import vary_on_headers
from rest_framework.exceptions import ValidationError

from server.core.requests import PART, refusing, wants_part
from server.tours.asking import asked_of
from server.tours.gpx import gpx_of
from server.tours.page import tour_context
from server.tours.queries import tour_of


@gzip_page
@cache_control(private=True)
@vary_on_headers(PART)
@refusing
def tour(request: HttpRequest) -> HttpResponse:
    """The tour of `?stops=`, in that order; what changes with the order can be asked for alone."""
    asked = asked_of(request.GET)
    context = tour_context(tour_of(asked.stops, asked.start), asked)
    return render(request, "tours/plan.html" if wants_part(request) else "tours/tour.html", context)


@refusing
def gpx(request: HttpRequest) -> HttpResponse:
    found = tour_of(asked_of(request.GET).stops)
    if not found.houses:
        raise ValidationError(
            _("A GPX file needs at least one house that is on the map. Add one to the tour first.")
        )
    response = HttpResponse(gpx_of(found, request.build_absolute_uri), content_type="application/gpx+xml")
    response["Content-Disposition"] = 'attachment; filename="tour.gpx"'
    return response
