from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from server.core.api import GEOJSON
from server.frames.models import Frame
from server.frames.queries import live_scorer
from server.labels.patches.kept import NotKept
from server.labels.patches.things import NothingThere, outline_png, outlined
from server.search.asking import asker_of, count_pointing, count_search, is_too_long, lasting_asker_of
from server.search.features import (
    AnswerSerializer,
    BegunSerializer,
    ClickSerializer,
    PhotoSerializer,
    PointSerializer,
    ThingSerializer,
    answer,
    begun,
)
from server.search.forms import PhotoForm, sentence_of, too_large
from server.search.models import PhotoSearch
from server.search.place import BadPlace, outside, place_in, read_place
from server.search.pointing import asked_by_thing, said_to_visitors
from server.search.services import TooMany, ask_by_photo


class Refusal(APIException):
    """A search that is not taken, with its HTTP status and a sentence."""

    def __init__(self, status_code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status_code = status_code


class SearchByPhoto(APIView):
    """Begins a search for the houses whose display is in a picture. The answer is there within seconds, for the account or
    the session that asked: without an account, keep the cookie that comes with this."""

    permission_classes = (AllowAny,)
    parser_classes = (MultiPartParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if is_too_long(request):
            raise Refusal(status.HTTP_413_REQUEST_ENTITY_TOO_LARGE, too_large())
        super().initial(request, *args, **kwargs)

    @extend_schema(request={"multipart/form-data": PhotoSerializer}, responses={202: BegunSerializer})
    def post(self, request: Request) -> Response:
        form = PhotoForm(files=request.FILES)
        if not form.is_valid():
            raise Refusal(status.HTTP_400_BAD_REQUEST, sentence_of(form))
        try:
            asker = lasting_asker_of(request)
            count_search(request, asker)
            search = ask_by_photo(asker=asker, picture=form.cleaned_data["picture"])
        except TooMany as refusal:
            raise Refusal(status.HTTP_429_TOO_MANY_REQUESTS, str(refusal)) from refusal
        said = begun(search)
        return Response(said, status=status.HTTP_202_ACCEPTED, headers={"Location": said["answer"]})


class ThingInFrame(APIView):
    """What lies at a point of a public frame: the box around it, and its patches, to be shown before it is looked for."""

    permission_classes = (AllowAny,)

    @extend_schema(parameters=[PointSerializer], responses=ThingSerializer)
    def get(self, request: Request, public_id: str) -> Response:
        frame = get_object_or_404(Frame.objects.visible(), public_id=public_id)
        with in_sentences():
            place = place_in(request.query_params)
            count_pointing(request)
            if place is None or place.point is None:
                raise BadPlace(outside())
            thing = outlined(frame, live_scorer(), *place.point)
        said = {"box": list(thing.box), "overlay": png_address(outline_png(thing))}
        return Response(said, headers={"Cache-Control": "no-store, private"})


class SearchByClick(APIView):
    """Begins a search for the other houses that have a thing of a public frame: by a point on it, a box around it, or both. The
    answer comes as that of a search by photo does."""

    permission_classes = (AllowAny,)
    parser_classes = (JSONParser,)

    @extend_schema(request=ClickSerializer, responses={202: BegunSerializer})
    def post(self, request: Request) -> Response:
        sent = ClickSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        asked = sent.validated_data
        frame = get_object_or_404(Frame.objects.visible(), public_id=asked["frame"])
        point = [asked[name] for name in ("x", "y") if name in asked]
        with in_sentences():
            search = asked_by_thing(request, frame, read_place(point or None, asked.get("box")))
        said = begun(search)
        return Response(said, status=status.HTTP_202_ACCEPTED, headers={"Location": said["answer"]})


@contextmanager
def in_sentences() -> Iterator[None]:
    """What is wrong with a place or a frame as refusals."""
    try:
        yield
    except (BadPlace, NothingThere, NotKept) as reason:
        raise Refusal(status.HTTP_400_BAD_REQUEST, said_to_visitors(reason)) from reason
    except TooMany as refusal:
        raise Refusal(status.HTTP_429_TOO_MANY_REQUESTS, str(refusal)) from refusal


def png_address(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"


class SearchAnswer(APIView):
    """The houses of a search, the likest first, as GeoJSON; empty while nobody has looked, and where nothing is like it."""

    permission_classes = (AllowAny,)
    renderer_classes = GEOJSON

    @extend_schema(responses=AnswerSerializer)
    def get(self, request: Request, public_id: str) -> Response:
        search = get_object_or_404(PhotoSearch.objects.owned_by(asker_of(request)), public_id=public_id)
        return Response(answer(search), headers={"Cache-Control": "no-store, private"})
