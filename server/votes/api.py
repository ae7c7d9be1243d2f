from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from server.votes import asking
from server.votes.queries import standing_of


class CategorySerializer(serializers.Serializer[Any]):
    category = serializers.CharField(
        required=False,
        default="",
        max_length=40,
        help_text="The slug of a category; left out, the one that goes with points.",
    )


class StandingSerializer(serializers.Serializer[Any]):
    votes = serializers.IntegerField(help_text="Counted votes for the house in the present season.")
    voted = serializers.BooleanField(help_text="Whether your vote of the category is for this house.")
    held = serializers.BooleanField(help_text="Whether that one is looked at before it counts.")


class NotTaken(APIException):
    """Says why a vote is not taken, with the status that fits."""

    def __init__(self, refused: asking.Refused) -> None:
        super().__init__(str(refused))
        self.status_code = refused.status


@extend_schema(parameters=[CategorySerializer], request=None, responses={200: StandingSerializer})
class HouseVote(APIView):
    """Your vote for a house: one per voter, category and season. PUT and DELETE may be repeated; PUT moves it from elsewhere."""

    permission_classes = (AllowAny,)

    def get(self, request: Request, public_id: str) -> Response:
        try:
            ballot = asking.ballot_of(public_id, category_of(request))
            return self.standing(ballot, asking.voter_or_refuse(plain(request)))
        except asking.Refused as refused:
            raise NotTaken(refused) from refused

    def put(self, request: Request, public_id: str) -> Response:
        return self.vote(request, public_id, withdraw=False)

    def delete(self, request: Request, public_id: str) -> Response:
        return self.vote(request, public_id, withdraw=True)

    def vote(self, request: Request, public_id: str, *, withdraw: bool) -> Response:
        guard_against_forgery(request)
        try:
            ballot, voter, _vote = asking.vote(
                plain(request), public_id, category_of(request), withdraw=withdraw
            )
        except asking.Refused as refused:
            raise NotTaken(refused) from refused
        return self.standing(ballot, voter)

    def standing(self, ballot: asking.Ballot, voter: Any) -> Response:
        return Response(asdict(standing_of(**vars(ballot), voter=voter)))


def guard_against_forgery(request: Request) -> None:
    """The framework asks only signed-in users for the token of a form; here a link's cookie alone has a voice as well."""
    if not plain(request).user.is_authenticated:
        SessionAuthentication().enforce_csrf(request)


def plain(request: Request) -> HttpRequest:
    """Django's request, with the user that the framework found."""
    inner: HttpRequest = request._request
    inner.user = request.user
    return inner


def category_of(request: Request) -> str:
    asked = CategorySerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return str(asked.validated_data["category"])
