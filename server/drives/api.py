from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from server.core.api import GEOJSON, Pages
from server.drives.home.zone import home_zone_of
from server.drives.models import Drive, Footage, Stage, Upload
from server.drives.queries import readable_by, sent_before, track_of
from server.drives.serializers import (
    DriveDetailSerializer,
    DriveSerializer,
    FootageSerializer,
    HomeSerializer,
    SentFileSerializer,
    UploadSerializer,
    WantedFilesSerializer,
)
from server.drives.services import CannotSubmit, create_drive, submit_drive
from server.drives.tracks.features import TrackFeatureSerializer, track_feature
from server.drives.tracks.finding_features import FindingCollectionSerializer, finding_collection
from server.drives.tracks.findings import findings_of
from server.drives.uploads.services import Refused, settle_full


class Conflict(APIException):
    status_code = status.HTTP_409_CONFLICT


class Drives(generics.ListCreateAPIView[Drive]):
    """Your drives, the latest first. POST begins a new one; its files go to `/api/uploads/` by tus 1.0.0."""

    serializer_class = DriveSerializer
    pagination_class = Pages
    queryset = Drive.objects.none()

    def get_queryset(self) -> QuerySet[Drive]:
        return Drive.objects.owned_by(self.request.user)

    def perform_create(self, serializer: BaseSerializer[Drive]) -> None:
        begun: dict[str, Any] = serializer.validated_data
        serializer.instance = create_drive(driver=self.request.user, **begun)  # type: ignore[arg-type]


class DriveDetail(generics.RetrieveUpdateAPIView[Drive]):
    """A drive with its counts and how far each stage has come. Its driver may change the title and whether the originals
    are kept; staff may read."""

    serializer_class = DriveDetailSerializer
    lookup_field = "public_id"
    http_method_names = ("get", "patch", "head", "options")
    queryset = Drive.objects.none()

    def get_queryset(self) -> QuerySet[Drive]:
        if self.request.method == "PATCH":
            return Drive.objects.owned_by(self.request.user)
        return readable_by(self.request.user)


class Submit(APIView):
    """Sends the drive on its way. From then on it takes no more files. Submitting twice is the same as once."""

    @extend_schema(request=None, responses=DriveDetailSerializer)
    def post(self, request: Request, public_id: str) -> Response:
        drive = get_object_or_404(Drive.objects.owned_by(request.user), public_id=public_id)
        try:
            if drive.stage == Stage.UPLOAD:
                settle_full(drive)
            submit_drive(drive=drive)
        except (CannotSubmit, Refused) as refused:
            raise Conflict(str(refused)) from refused
        return Response(DriveDetailSerializer(drive).data)


class Home(APIView):
    """The circle around your home in which nothing is recorded; its middle was moved at random before it was sent here."""

    @extend_schema(responses=HomeSerializer)
    def get(self, request: Request) -> Response:
        zone = home_zone_of(request.user.pk or 0)
        return Response(HomeSerializer({"zone": zone}).data)


class FootageFilter(filters.FilterSet):
    class Meta:
        model = Footage
        fields = ("state", "reason", "kind")


class DriveFootage(generics.ListAPIView[Footage]):
    """The drive's files with their state and, where one was rejected, the reason and what to do."""

    serializer_class = FootageSerializer
    pagination_class = Pages
    filterset_class = FootageFilter
    queryset = Footage.objects.none()

    def get_queryset(self) -> QuerySet[Footage]:
        drive = get_object_or_404(readable_by(self.request.user), public_id=self.kwargs["public_id"])
        return drive.footage.select_related("camera", "parent").order_by("id")


class DriveUploads(generics.ListAPIView[Upload]):
    """The drive's files that are not all here yet. Another device of the same driver goes on with them at their offset."""

    serializer_class = UploadSerializer
    pagination_class = Pages
    queryset = Upload.objects.none()

    def get_queryset(self) -> QuerySet[Upload]:
        drive = get_object_or_404(
            Drive.objects.owned_by(self.request.user), public_id=self.kwargs["public_id"]
        )
        return drive.uploads.open().order_by("id")


class SentFiles(APIView):
    """Which files you have sent already, in any drive of yours, by their SHA-256: so that none is sent twice."""

    @extend_schema(request=WantedFilesSerializer, responses=SentFileSerializer(many=True))
    def post(self, request: Request) -> Response:
        wanted = WantedFilesSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        asked = wanted.validated_data
        found = sent_before(request.user, sha256=asked["sha256"], drive_id=asked.get("drive", ""))
        return Response(SentFileSerializer(found, many=True).data)


class DriveTrack(APIView):
    """The way the car took. Tracks are private: only the driver and staff read them."""

    renderer_classes = GEOJSON

    @extend_schema(responses=TrackFeatureSerializer)
    def get(self, request: Request, public_id: str) -> Response:
        drive = get_object_or_404(readable_by(request.user), public_id=public_id)
        return Response(track_feature(drive, track_of(drive)))


class TrackFindings(APIView):
    """The track as it is used, and what was cut of it and why, its gaps, and where the car stood. Private like the track."""

    renderer_classes = GEOJSON

    @extend_schema(responses=FindingCollectionSerializer)
    def get(self, request: Request, public_id: str) -> Response:
        drive = get_object_or_404(readable_by(request.user), public_id=public_id)
        return Response(finding_collection(findings_of(drive)))
