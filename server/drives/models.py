"""A drive, its cameras, the files they made, the track they drove, and the attempts at each stage."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from server.core.identifiers import new_public_id


class Stage(models.TextChoices):
    """The way of a drive, in order. UPLOAD is the driver's, DONE is the end; the workers walk those between."""

    UPLOAD = "upload", _("Uploading")
    PROBE = "probe", _("Reading the files")
    SAMPLE = "sample", _("Taking frames")
    SCORE = "score", _("Scoring")
    LOCATE = "locate", _("Placing on the map")
    IDENTIFY = "identify", _("Finding houses")
    PUBLISH = "publish", _("Publishing")
    DONE = "done", _("Done")


class Side(models.TextChoices):
    LEFT = "left", _("left")
    RIGHT = "right", _("right")
    FRONT = "front", _("front")


class DriveQuerySet(models.QuerySet["Drive"]):
    def owned_by(self, user: Any) -> DriveQuerySet:
        return self.filter(driver=user)

    def in_progress(self) -> DriveQuerySet:
        return self.exclude(stage__in=[Stage.UPLOAD, Stage.DONE])


class Drive(models.Model):
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    driver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="drives")
    title = models.CharField(_("title"), max_length=120)
    synthetic = models.BooleanField(
        default=False, help_text=_("Drawn by a program; said wherever it is shown.")
    )
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.UPLOAD)
    failure = models.TextField(
        blank=True, help_text=_("Why the drive stands still, as a sentence for its driver.")
    )
    scorer_hash = models.CharField(
        max_length=16,
        blank=True,
        help_text=_("The scorer that this drive goes through; set by its first scored frame."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = DriveQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title


class Camera(models.Model):
    """One camera of a drive. `mount_angle_deg` is clockwise from the driving direction: left -90, right 90, front 0."""

    MOUNT_ANGLE_DEG: ClassVar[dict[str, float]] = {Side.LEFT: -90, Side.RIGHT: 90, Side.FRONT: 0}

    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="cameras")
    side = models.CharField(max_length=5, choices=Side)
    mount_angle_deg = models.FloatField()
    field_of_view_deg = models.FloatField(default=67)
    clock_offset_ms = models.BigIntegerField(
        default=0, help_text=_("Added to the camera's clock to give the true time.")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["drive", "side"], name="one_camera_per_side"),
            models.CheckConstraint(
                condition=Q(field_of_view_deg__gt=0, field_of_view_deg__lte=360),
                name="field_of_view_within_a_circle",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drive} · {self.get_side_display()}"


class Reason(models.TextChoices):
    """Why a file gave no frame, and what its driver can do about it."""

    EMPTY = "empty", _("The file is empty. Copy it from the camera again.")
    UNKNOWN_KIND = "unknown_kind", _("This is no JPEG, PNG, HEIC or zip file. Send the photos themselves.")
    MISLABELLED = (
        "mislabelled",
        _("The file's name says one kind and its content is another. Rename it and send it again."),
    )
    TRUNCATED = "truncated", _("The file ends too early. Copy it from the camera again.")
    UNREADABLE = "unreadable", _("The picture cannot be decoded. Copy it from the camera again.")
    ANIMATED = "animated", _("This is an animation. Send single photos.")
    TOO_LARGE = "too_large", _("The picture has more pixels than any camera. Send the camera's own file.")
    TOO_SMALL = "too_small", _("The picture is too small to see a house in. Send the camera's own file.")
    DUPLICATE = "duplicate", _("The same file is already in this drive. Nothing to do.")
    NO_TIME = "no_time", _("The photo does not say when it was taken. Send the original with its EXIF.")
    FUTURE_TIME = (
        "future_time",
        _("The photo says it was taken in the future. Set the camera's clock and its offset."),
    )
    NO_POSITION = (
        "no_position",
        _("No position in the photo, and no other fix of the drive near its time. Turn on location."),
    )
    NULL_ISLAND = (
        "null_island",
        _("The position is 0, 0: the phone had no fix yet. Wait for one before you drive."),
    )
    BAD_POSITION = (
        "bad_position",
        _("The position in the photo is no place on earth. Send the original file."),
    )
    NO_SIDE = (
        "no_side",
        _(
            "Which side did this camera face? Put left, right or front into the name, or choose it in the form."
        ),
    )
    ZIP_BOMB = "zip_bomb", _("The zip grows beyond all measure when opened. Send the photos themselves.")
    ZIP_UNSAFE = "zip_unsafe", _("A name inside the zip points outside of it. Pack the photos again.")
    ZIP_NESTED = "zip_nested", _("A zip inside a zip is not opened. Send the photos themselves.")
    ZIP_BROKEN = "zip_broken", _("The zip cannot be opened. Pack the photos again.")
    POISON = "poison", _("Scoring this frame failed again and again. It was set aside; the rest went on.")


class FootageQuerySet(models.QuerySet["Footage"]):
    def unprobed(self) -> FootageQuerySet:
        return self.filter(state=Footage.State.RECEIVED)

    def photos(self) -> FootageQuerySet:
        return self.filter(kind=Footage.Kind.PHOTO)

    def rejected(self) -> FootageQuerySet:
        return self.filter(state=Footage.State.REJECTED)


class Footage(models.Model):
    """One uploaded file. An archive's members are footage of their own, with the archive as `parent`."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photo")
        ARCHIVE = "archive", _("archive")

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="footage")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="members"
    )
    camera = models.ForeignKey(
        Camera, null=True, blank=True, on_delete=models.SET_NULL, related_name="footage"
    )
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PHOTO)
    name = models.CharField(max_length=255, help_text=_("The file's name as the driver knows it."))
    side_hint = models.CharField(
        max_length=5, choices=Side, blank=True, help_text=_("The side chosen in the form.")
    )
    file = models.FileField(max_length=255)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.RECEIVED)
    reason = models.CharField(max_length=16, choices=Reason, blank=True)
    detail = models.CharField(
        max_length=255, blank=True, help_text=_("What exactly was wrong with this file.")
    )
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    device_at = models.DateTimeField(null=True, help_text=_("What the camera's clock said."))
    fix = models.PointField(
        geography=True, null=True, help_text=_("The position that the file itself carries.")
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(auto_now_add=True)

    objects = FootageQuerySet.as_manager()

    class Meta:
        verbose_name = _("footage")
        verbose_name_plural = _("footage")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["drive", "sha256"],
                condition=~Q(reason="duplicate") & ~Q(sha256=""),
                name="same_bytes_once_per_drive",
            ),
            models.CheckConstraint(
                condition=Q(state="rejected") ^ Q(reason=""), name="rejected_means_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["drive", "state"])]

    def __str__(self) -> str:
        return self.name


class UploadQuerySet(models.QuerySet["Upload"]):
    def owned_by(self, user: Any) -> UploadQuerySet:
        return self.filter(drive__driver=user)

    def expired(self) -> UploadQuerySet:
        return self.filter(expires_at__lt=Now())


class Upload(models.Model):
    """A file on its way: its first `offset` of `length` bytes are here. Full, it becomes `footage`."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="uploads")
    footage = models.OneToOneField(
        Footage, null=True, blank=True, on_delete=models.CASCADE, related_name="upload"
    )
    name = models.CharField(max_length=255)
    side_hint = models.CharField(max_length=5, choices=Side, blank=True)
    length = models.BigIntegerField(help_text=_("Bytes of the whole file."))
    offset = models.BigIntegerField(default=0, help_text=_("Bytes received so far."))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(offset__gte=0, offset__lte=F("length")), name="offset_within_the_length"
            ),
            models.CheckConstraint(
                condition=Q(footage=None) | Q(offset=F("length")), name="only_full_uploads_are_footage"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"])]

    def __str__(self) -> str:
        return f"{self.name} {self.offset}/{self.length}"


class TrackPoint(models.Model):
    """One GPS fix of a drive. Tracks are private: only the driver and staff read them."""

    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="track_points")
    footage = models.OneToOneField(
        Footage, null=True, blank=True, on_delete=models.CASCADE, related_name="track_point"
    )
    at = models.DateTimeField()
    position = models.PointField(geography=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["drive", "at"])]


class StageRunQuerySet(models.QuerySet["StageRun"]):
    def open(self) -> StageRunQuerySet:
        return self.filter(state__in=[StageRun.State.WAITING, StageRun.State.RUNNING])


class StageRun(models.Model):
    """One attempt at one stage of one drive, or at one part of it. A running attempt holds a lease, named by its token."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        RETRIED = "retried", _("tried again")
        LOST = "lost", _("lost")
        FAILED = "failed", _("failed")

    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="stage_runs")
    stage = models.CharField(max_length=10, choices=Stage)
    part = models.PositiveIntegerField(default=0)
    round = models.PositiveIntegerField(default=1, help_text=_("How often the drive has come to this stage."))
    attempt = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    token = models.UUIDField(null=True)
    lease_expires_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(help_text=_("Not before this time; later after a retry."))
    enqueued_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    count_in = models.PositiveIntegerField(default=0)
    count_out = models.PositiveIntegerField(default=0)
    count_rejected = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    objects = StageRunQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["drive", "stage", "part", "round", "attempt"], name="one_run_per_attempt"
            ),
            models.UniqueConstraint(
                fields=["drive", "stage", "part"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_open_run_per_part",
            ),
        ]
        indexes = [models.Index(fields=["state", "lease_expires_at"])]

    def __str__(self) -> str:
        return f"{self.drive_id} {self.stage}/{self.part} #{self.attempt} {self.state}"
