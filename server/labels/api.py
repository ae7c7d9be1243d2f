from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from server.frames.models import Frame
from server.labels.models import Label
from server.labels.services import record_verdict


class LabelSerializer(serializers.ModelSerializer[Label]):
    frame = serializers.CharField(source="frame.public_id", read_only=True)

    class Meta:
        model = Label
        fields = ("frame", "verdict", "created_at")
        read_only_fields = ("created_at",)


class Verdict(APIView):
    """Says of a frame as a whole whether it is festive. The newest word counts; the houses it shows are scored anew."""

    permission_classes = (IsAdminUser,)

    @extend_schema(request=LabelSerializer, responses={201: LabelSerializer})
    def post(self, request: Request, public_id: str) -> Response:
        frame = get_object_or_404(Frame, public_id=public_id)
        said = LabelSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        label = record_verdict(frame=frame, author=author_of(request), verdict=said.validated_data["verdict"])
        return Response(LabelSerializer(label).data, status=status.HTTP_201_CREATED)


def author_of(request: Request) -> Any:
    return request.user
