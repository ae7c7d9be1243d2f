from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from server.core.api import GEOJSON, FeaturePages, Pages
from server.houses.features import (
    AskedSerializer,
    HouseDetailFeatureSerializer,
    HouseFeatureSerializer,
    NeighbourhoodsSerializer,
    RankedHouseSerializer,
    SeasonAskedSerializer,
    asked_of,
    feature_of,
    neighbourhood_collection,
    page_feature_of,
    row_of,
)
from server.houses.lists import ranked_list
from server.houses.queries import house_page, ranked_neighbourhoods


class Houses(generics.GenericAPIView[Any]):
    """The visible houses of a season as GeoJSON, at their roadside points. Ranks are those of the whole season."""

    permission_classes = (AllowAny,)
    renderer_classes = GEOJSON
    pagination_class = FeaturePages
    filter_backends = ()
    serializer_class = HouseFeatureSerializer

    @extend_schema(parameters=[AskedSerializer], responses=HouseFeatureSerializer(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(ranked_list(asked_of(request.query_params)))
        return self.get_paginated_response([feature_of(house) for house in page or ()])


class HouseDetail(APIView):
    """One visible house with the frames that show it, the best first."""

    permission_classes = (AllowAny,)
    renderer_classes = GEOJSON

    @extend_schema(parameters=[SeasonAskedSerializer], responses=HouseDetailFeatureSerializer)
    def get(self, request: Request, public_id: str) -> Response:
        asked = SeasonAskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        page = house_page(public_id, asked.validated_data.get("season"))
        if page is None:
            raise Http404
        return Response(page_feature_of(page))


class Neighbourhoods(APIView):
    """Every neighbourhood as GeoJSON, with the mean points of its visible houses in the season."""

    permission_classes = (AllowAny,)
    renderer_classes = GEOJSON

    @extend_schema(parameters=[SeasonAskedSerializer], responses=NeighbourhoodsSerializer)
    def get(self, request: Request) -> Response:
        asked = SeasonAskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        ranked = ranked_neighbourhoods(asked.validated_data.get("season"))
        return Response(neighbourhood_collection(ranked))


class Leaderboard(generics.GenericAPIView[Any]):
    """The houses of a season by rank, whole or of one neighbourhood."""

    permission_classes = (AllowAny,)
    pagination_class = Pages
    filter_backends = ()
    serializer_class = RankedHouseSerializer

    @extend_schema(parameters=[AskedSerializer], responses=RankedHouseSerializer(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(ranked_list(asked_of(request.query_params)))
        return self.get_paginated_response([row_of(house) for house in page or ()])
