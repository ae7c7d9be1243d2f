from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from server.core.requests import wants_part
from server.houses.models import House
from server.search.asking import WINDOW_S, asker_of, count_search, is_too_long, lasting_asker_of
from server.search.forms import PhotoForm, sentence_of, size_limit, too_large
from server.search.models import PhotoSearch
from server.search.queries import found
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


@never_cache
def search(request: HttpRequest, public_id: str) -> HttpResponse:
    """A search for its asker; the part that changes while it is worked on can be asked for alone."""
    asked = get_object_or_404(PhotoSearch.objects.owned_by(asker_of(request)), public_id=public_id)
    context = {"search": asked, "found": found(asked)}
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
