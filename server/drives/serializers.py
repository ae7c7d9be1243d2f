"""Drives and their files as the API gives them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from server.drives.models import Drive, Footage, Reason, Side, Stage, Upload
from server.drives.queries import file_counts, frame_counts, progress_of


class FileCountsSerializer(serializers.Serializer[Any]):
    files = serializers.IntegerField(help_text="received + accepted + rejected")
    received = serializers.IntegerField()
    accepted = serializers.IntegerField()
    rejected = serializers.IntegerField()
    reasons = serializers.DictField(child=serializers.IntegerField(), help_text="Rejected files by reason.")


class FrameCountsSerializer(serializers.Serializer[Any]):
    frames = serializers.IntegerField()
    scored = serializers.IntegerField(help_text="Scored by the live scorer.")
    set_aside = serializers.IntegerField(help_text="Frames that could not be scored.")
    houses = serializers.IntegerField(help_text="Visible houses that these frames show.")


class StageProgressSerializer(serializers.Serializer[Any]):
    stage = serializers.ChoiceField(choices=Stage.choices)
    words = serializers.SerializerMethodField(help_text="The stage in words.")
    state = serializers.ChoiceField(choices=["ahead", "waiting", "running", "done", "failed"])
    count_in = serializers.IntegerField(help_text="count_out + count_rejected")
    count_out = serializers.IntegerField()
    count_rejected = serializers.IntegerField()
    expected = serializers.IntegerField(allow_null=True)
    parts_done = serializers.IntegerField()
    parts_total = serializers.IntegerField()
    seconds_left = serializers.FloatField(allow_null=True, help_text="From the stage's own pace.")

    def get_words(self, progress: Any) -> str:
        return str(progress.stage.label)


class DriveSerializer(serializers.ModelSerializer[Drive]):
    """A drive in a list. Its title can be written, and whether the originals are kept once they are scored."""

    id = serializers.CharField(source="public_id", read_only=True)
    page = serializers.SerializerMethodField()

    class Meta:
        model = Drive
        fields = (
            "id",
            "title",
            "keep_originals",
            "synthetic",
            "stage",
            "failure",
            "created_at",
            "submitted_at",
            "finished_at",
            "page",
        )
        read_only_fields = tuple(field for field in fields if field not in ("title", "keep_originals"))

    def get_page(self, drive: Drive) -> str:
        return reverse("drives:drive", args=[drive.public_id])


class DriveDetailSerializer(DriveSerializer):
    """A drive with its counts and how far each stage has come."""

    files = serializers.SerializerMethodField()
    frames = serializers.SerializerMethodField()
    stages = serializers.SerializerMethodField()

    class Meta(DriveSerializer.Meta):
        fields = (*DriveSerializer.Meta.fields, "files", "frames", "stages")  # type: ignore[assignment]

    @extend_schema_field(FileCountsSerializer)
    def get_files(self, drive: Drive) -> dict[str, Any]:
        return asdict(file_counts(drive))

    @extend_schema_field(FrameCountsSerializer)
    def get_frames(self, drive: Drive) -> dict[str, Any]:
        return asdict(frame_counts(drive))

    @extend_schema_field(StageProgressSerializer(many=True))
    def get_stages(self, drive: Drive) -> Any:
        return StageProgressSerializer(progress_of(drive), many=True).data


class HomeZoneSerializer(serializers.Serializer[Any]):
    """A circle in which nothing is recorded; its middle is not the home."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()
    radius_m = serializers.FloatField()


class HomeSerializer(serializers.Serializer[Any]):
    zone = HomeZoneSerializer(allow_null=True, help_text="None where the driver has set no home.")


class FootageSerializer(serializers.ModelSerializer[Footage]):
    """One file of a drive; `sentence` says why it was rejected and what to do."""

    id = serializers.CharField(source="public_id")
    archive = serializers.CharField(source="parent.public_id", default=None, allow_null=True)
    side = serializers.SerializerMethodField()
    reason = serializers.ChoiceField(choices=Reason.choices, allow_blank=True)
    sentence = serializers.CharField(source="get_reason_display")

    class Meta:
        model = Footage
        fields = (
            "id",
            "name",
            "archive",
            "kind",
            "side",
            "size_bytes",
            "sha256",
            "state",
            "reason",
            "sentence",
            "detail",
            "received_at",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=Side.choices, allow_blank=True))
    def get_side(self, footage: Footage) -> str:
        return footage.camera.side if footage.camera else footage.side_hint


class UploadSerializer(serializers.ModelSerializer[Upload]):
    """A file on its way: PATCH its `url` by tus 1.0.0 from `offset` on, from whatever device."""

    id = serializers.CharField(source="public_id")
    url = serializers.SerializerMethodField(help_text="Where tus goes on, without the host.")

    class Meta:
        model = Upload
        fields = (
            "id",
            "url",
            "name",
            "folder",
            "length",
            "offset",
            "sha256",
            "modified_at",
            "created_at",
            "expires_at",
        )
        read_only_fields = fields

    def get_url(self, upload: Upload) -> str:
        return reverse("api:upload", args=[upload.public_id])


SHA256 = serializers.RegexField(r"\A[0-9a-f]{64}\Z", help_text="64 hexadecimal digits.")


class WantedFilesSerializer(serializers.Serializer[Any]):
    drive = serializers.CharField(required=False, help_text="The id of the drive that the files are for.")
    sha256 = serializers.ListField(child=SHA256, max_length=1000)


class SentFileSerializer(serializers.Serializer[Any]):
    """A file that its driver has sent before."""

    sha256 = serializers.CharField()
    name = serializers.CharField(help_text="As it was called then.")
    drive = serializers.CharField(
        source="drive.public_id", help_text="The id of the drive that it came with."
    )
    title = serializers.CharField(source="drive.title")
    page = serializers.SerializerMethodField()

    def get_page(self, footage: Footage) -> str:
        return reverse("drives:drive", args=[footage.drive.public_id])
