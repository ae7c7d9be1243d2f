from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from server.core.requests import wants_part
from server.frames.models import Frame
from server.houses.models import House
from server.labels.patches.kept import NotKept
from server.labels.patches.things import NothingThere
from server.search.asking import WINDOW_S, asker_of, count_search, is_too_long, lasting_asker_of
from server.search.forms import PhotoForm, sentence_of, size_limit, too_large
from server.search.models import PhotoSearch
from server.search.place import BadPlace, Place, place_in
from server.search.pointing import asked_by_thing, box_of, boxed, said_to_visitors
from server.search.queries import found, house_in, lit_parts
from server.search.services import TooMany, ask_by_house, ask_by_photo


@csrf_exempt
def start(request: HttpRequest) -> HttpResponse:
    """Where a picture is given. A body that is far too long is refused before anything, its token too, is read of it."""
    if is_too_long(request):
        return start_page(request, PhotoForm(), too_large(), status=413)
    return begin(request)


@csrf_protect
def begin(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return start_page(request, PhotoForm())
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return start_page(request, form, sentence_of(form), status=400)
    try:
        asker = lasting_asker_of(request)
        count_search(request, asker)
        search = ask_by_photo(asker=asker, picture=form.cleaned_data["picture"])
    except TooMany as refusal:
        return start_page(request, form, str(refusal), status=429)
    return redirect("search:search", public_id=search.public_id)


def start_page(request: HttpRequest, form: PhotoForm, trouble: str = "", status: int = 200) -> HttpResponse:
    limits = {"size_limit": size_limit(), "limit_bytes": settings.SEARCH_MAX_BYTES, "too_large": too_large()}
    context = {"form": form, "trouble": trouble, **limits}
    response = render(request, "search/start.html", context, status=status)
    if status == 429:
        response["Retry-After"] = str(WINDOW_S)
    return response


def thing(request: HttpRequest, public_id: str) -> HttpResponse:
    """A public frame, to point at a thing in it: `?x=&y=` outlines what is there, a form sends the box to be looked for."""
    frame = get_object_or_404(Frame.objects.visible(), public_id=public_id)
    place = None
    try:
        place = place_in(request.POST if request.method == "POST" else request.GET)
        if request.method == "POST":
            return redirect("search:search", public_id=asked_by_thing(request, frame, place).public_id)
        box = box_of(request, frame, place) if place else None
    except (BadPlace, NothingThere, NotKept) as reason:
        return thing_page(request, frame, None, said_to_visitors(reason), status=400)
    except TooMany as refusal:
        return thing_page(request, frame, place, str(refusal), status=429)
    return thing_page(request, frame, replace(place, box=box) if place else None)


def thing_page(
    request: HttpRequest, frame: Frame, place: Place | None, trouble: str = "", status: int = 200
) -> HttpResponse:
    parts = [boxed(box) for box in lit_parts(frame)]
    shown = place and place.box and boxed(place.box)
    context = {"frame": frame, "place": place, "shown": shown, "parts": parts, "house": house_in(frame)}
    response = render(request, "search/thing.html", {**context, "trouble": trouble}, status=status)
    if status == 429:
        response["Retry-After"] = str(WINDOW_S)
    return response


@never_cache
def search(request: HttpRequest, public_id: str) -> HttpResponse:
    """A search for its asker; the part that changes while it is worked on can be asked for alone."""
    asked = get_object_or_404(PhotoSearch.objects.owned_by(asker_of(request)), public_id=public_id)
    context = {
        "search": asked,
        "found": found(asked),
        "thing": asked.box and boxed(asked.thing_box),
        "is_public": Frame.objects.visible().filter(pk=asked.frame_id or 0).exists(),
    }
    return render(request, "search/answer.html" if wants_part(request) else "search/search.html", context)


def like(request: HttpRequest, public_id: str) -> HttpResponse:
    """Begins a search for displays like that of a house."""
    house = get_object_or_404(House.objects.visible(), public_id=public_id)
    if request.method != "POST":
        return redirect("houses:house", public_id=public_id)
    try:
        asker = lasting_asker_of(request)
        count_search(request, asker)
        asked = ask_by_house(asker=asker, house=house)
    except TooMany as refusal:
        return start_page(request, PhotoForm(), str(refusal), status=429)
    return redirect("search:search", public_id=asked.public_id)
