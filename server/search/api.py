from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from server.core.api import GEOJSON
from server.search.asking import asker_of, count_search, is_too_long, lasting_asker_of
from server.search.features import AnswerSerializer, BegunSerializer, PhotoSerializer, answer, begun
from server.search.forms import PhotoForm, sentence_of, too_large
from server.search.models import PhotoSearch
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


class SearchAnswer(APIView):
    """The houses of a search, the likest first, as GeoJSON; empty while nobody has looked, and where nothing is like it."""

    permission_classes = (AllowAny,)
    renderer_classes = GEOJSON

    @extend_schema(responses=AnswerSerializer)
    def get(self, request: Request, public_id: str) -> Response:
        search = get_object_or_404(PhotoSearch.objects.owned_by(asker_of(request)), public_id=public_id)
        return Response(answer(search), headers={"Cache-Control": "no-store, private"})
