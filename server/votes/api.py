from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from server.houses.models import House, Season
from server.houses.queries import current_season
from server.votes.queries import standing_of, votable
from server.votes.services import cast_vote, withdraw_vote


class NoSeason(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = _("There is no season to vote in yet.")


class StandingSerializer(serializers.Serializer[Any]):
    votes = serializers.IntegerField(help_text="Votes for the house in the current season.")
    voted = serializers.BooleanField(help_text="Whether one of them is yours.")


@extend_schema(request=None, responses={200: StandingSerializer})
class HouseVote(APIView):
    """Your vote for a house: one per voter, house and season. PUT and DELETE may be repeated."""

    def get(self, request: Request, public_id: str) -> Response:
        return self.standing(request, *ballot(public_id))

    def put(self, request: Request, public_id: str) -> Response:
        house, season = ballot(public_id)
        cast_vote(voter=voter_of(request), house=house, season=season)
        return self.standing(request, house, season)

    def delete(self, request: Request, public_id: str) -> Response:
        house, season = ballot(public_id)
        withdraw_vote(voter=voter_of(request), house=house, season=season)
        return self.standing(request, house, season)

    def standing(self, request: Request, house: House, season: Season) -> Response:
        return Response(asdict(standing_of(house=house, season=season, voter=voter_of(request))))


def voter_of(request: Request) -> Any:
    return request.user


def ballot(public_id: str) -> tuple[House, Season]:
    """The house and the season of a vote. 409 without a season, 404 for a house that takes no votes in it."""
    season = current_season()
    if season is None:
        raise NoSeason
    return get_object_or_404(votable(season), public_id=public_id), season
