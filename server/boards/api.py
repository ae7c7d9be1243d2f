from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from server.boards import catalogue
from server.boards.asked import BoardAskedSerializer, EveningAskedSerializer, ImprovedAskedSerializer
from server.boards.catalogue import Board
from server.boards.pages import rows_of
from server.boards.serializers import (
    BoardNeighbourhoodSerializer,
    ImprovedHouseSerializer,
    NovelHouseSerializer,
    RankedDriverSerializer,
    RankedStreetSerializer,
    StretchSerializer,
)
from server.core.api import Pages


class BoardRows(generics.GenericAPIView[Any]):
    """The lines of a board by rank."""

    permission_classes = (AllowAny,)
    pagination_class = Pages
    filter_backends = ()
    board: Board[Any]

    def lines(self, request: Request) -> Response:
        _question, rows = rows_of(self.board, request.query_params)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page or (), many=True).data)


class Streets(BoardRows):
    """Streets with two decorated houses or more, by the mean points of their houses."""

    board = catalogue.STREETS
    serializer_class = RankedStreetSerializer

    @extend_schema(parameters=[EveningAskedSerializer], responses=RankedStreetSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.lines(request)


class Stretches(BoardRows):
    """Stretches of 100 m of street by the sum of the points of their houses; of those that overlap, the best."""

    board = catalogue.STRETCHES
    serializer_class = StretchSerializer

    @extend_schema(parameters=[EveningAskedSerializer], responses=StretchSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.lines(request)


class Neighbourhoods(BoardRows):
    """Neighbourhoods with decorated houses, by the mean points of their houses."""

    board = catalogue.NEIGHBOURHOODS
    serializer_class = BoardNeighbourhoodSerializer

    @extend_schema(parameters=[EveningAskedSerializer], responses=BoardNeighbourhoodSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.lines(request)


class Improved(BoardRows):
    """Houses that gained the most points against the drive or the season before."""

    board = catalogue.IMPROVED
    serializer_class = ImprovedHouseSerializer

    @extend_schema(parameters=[ImprovedAskedSerializer], responses=ImprovedHouseSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.lines(request)


class Novel(BoardRows):
    """Displays that are the most unlike the others."""

    board = catalogue.NOVEL
    serializer_class = NovelHouseSerializer

    @extend_schema(parameters=[EveningAskedSerializer], responses=NovelHouseSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.lines(request)


class Drivers(BoardRows):
    """Drivers who put themselves on the board, by kilometres of streets that they were the first to bring in the season."""

    board = catalogue.DRIVERS
    serializer_class = RankedDriverSerializer

    @extend_schema(parameters=[BoardAskedSerializer], responses=RankedDriverSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.lines(request)
