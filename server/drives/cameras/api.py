"""A drive's cameras, for its driver and staff."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from server.drives.api import Conflict
from server.drives.cameras.answers import LARGEST_OFFSET_MS, CannotChange, say
from server.drives.cameras.clocks import clock_in_doubt
from server.drives.cameras.settling import questions, side_in_doubt
from server.drives.models import Camera, Side
from server.drives.queries import readable_by


class CandidateSerializer(serializers.Serializer[Any]):
    offset_ms = serializers.IntegerField()
    confidence = serializers.FloatField(help_text="0 to 1")
    by = serializers.CharField()


class CameraSerializer(serializers.ModelSerializer[Camera]):
    """A camera: `clock_offset_ms` is added to its clock to give the true time."""

    side_in_doubt = serializers.SerializerMethodField()
    clock_in_doubt = serializers.SerializerMethodField()
    clock_candidates = CandidateSerializer(many=True)
    questions = serializers.SerializerMethodField(
        help_text="What its driver has to say before the drive goes on."
    )

    class Meta:
        model = Camera
        fields = (
            "id",
            "name",
            "side",
            "side_by",
            "side_confidence",
            "side_in_doubt",
            "clock_offset_ms",
            "clock_by",
            "clock_confidence",
            "clock_confirmed_at",
            "clock_candidates",
            "clock_in_doubt",
            "questions",
        )
        read_only_fields = fields

    def get_side_in_doubt(self, camera: Camera) -> bool:
        return side_in_doubt(camera)

    def get_clock_in_doubt(self, camera: Camera) -> bool:
        return clock_in_doubt(camera)

    def get_questions(self, camera: Camera) -> list[str]:
        return [asked.sentence for asked in questions(camera.drive) if asked.camera == camera]


class CameraAnswerSerializer(serializers.Serializer[Any]):
    """What to change. `confirm` alone takes the clock as it stands."""

    side = serializers.ChoiceField(choices=Side.choices, required=False)
    clock_offset_ms = serializers.IntegerField(
        min_value=-LARGEST_OFFSET_MS, max_value=LARGEST_OFFSET_MS, required=False
    )
    confirm = serializers.BooleanField(required=False, default=False)


class DriveCameras(APIView):
    """The cameras of a drive, with how sure their sides and clocks are."""

    @extend_schema(responses=CameraSerializer(many=True))
    def get(self, request: Request, public_id: str) -> Response:
        drive = get_object_or_404(readable_by(request.user), public_id=public_id)
        return Response(CameraSerializer(drive.cameras.select_related("drive"), many=True).data)


class DriveCamera(APIView):
    """One camera. PATCH turns it, or sets and confirms its clock; everything after placing is then computed anew."""

    @extend_schema(responses=CameraSerializer)
    def get(self, request: Request, public_id: str, camera: int) -> Response:
        return Response(CameraSerializer(camera_of(request, public_id, camera)).data)

    @extend_schema(request=CameraAnswerSerializer, responses=CameraSerializer)
    def patch(self, request: Request, public_id: str, camera: int) -> Response:
        found = camera_of(request, public_id, camera)
        asked = CameraAnswerSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        unchanged = found.clock_offset_ms if said["confirm"] else None
        try:
            say(found, side=said.get("side"), offset_ms=said.get("clock_offset_ms", unchanged))
        except CannotChange as refused:
            raise Conflict(str(refused)) from refused
        return Response(CameraSerializer(camera_of(request, public_id, camera)).data)


def camera_of(request: Request, public_id: str, camera: int) -> Camera:
    """The camera of a drive that the person may look into; 404 for any other."""
    drive = get_object_or_404(readable_by(request.user), public_id=public_id)
    return get_object_or_404(drive.cameras.select_related("drive"), pk=camera)
