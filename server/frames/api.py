from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from server.core.api import GEOJSON, FeaturePages
from server.drives.queries import readable_by
from server.frames.features import FrameFeatureSerializer, frame_feature, frames_with_scores
from server.frames.queries import live_scorer


class DriveFrames(generics.GenericAPIView[Any]):
    """The drive's frames in order of time, where they were taken, with the live scorer's word on them."""

    renderer_classes = GEOJSON
    pagination_class = FeaturePages
    filter_backends = ()
    serializer_class = FrameFeatureSerializer

    @extend_schema(responses=FrameFeatureSerializer(many=True))
    def get(self, request: Request, public_id: str) -> Response:
        drive = get_object_or_404(readable_by(request.user), public_id=public_id)
        scorer = live_scorer()
        page = self.paginate_queryset(frames_with_scores(drive, scorer))
        return self.get_paginated_response([frame_feature(frame, scorer) for frame in page or ()])
