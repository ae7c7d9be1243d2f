"""Stills of a drive and what each scorer said of them."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import Storage, storages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.accounts.models import User
from server.core.identifiers import new_public_id
from server.drives.models import Camera, Drive, Footage

VIEW_ANGLE_DEG = {1: -90.0, 2: 90.0}
"""Of the views that are cut out of a panorama, from its middle: 1 looks left, 2 looks right."""
IN_UNIT = [MinValueValidator(0.0), MaxValueValidator(1.0)]


def derivative_storage() -> Storage:
    return storages["derivatives"]


class Scorer(models.Model):
    """Backbone, head and preprocessing, named by a hash of the three. Scorers live side by side; one of them is live."""

    hash = models.CharField(max_length=16, unique=True)
    backbone = models.CharField(max_length=80)
    head = models.CharField(max_length=80)
    card = models.JSONField(
        default=dict, help_text=_("Input size, class limits, dimensions, as the model card has them.")
    )
    live = models.BooleanField(default=False)
    promoted_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When it was made live last; none while it only was in shadow.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    registered_at = models.DateTimeField(
        default=timezone.now, help_text=_("When a worker last came up with it.")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["live"], condition=Q(live=True), name="one_live_scorer")
        ]

    def __str__(self) -> str:
        return f"{self.backbone} + {self.head} ({self.hash})"


class KeptHead(models.Model):
    """The head of a scorer, so that a worker with the same backbone can score as it does, whatever it was shipped with."""

    scorer = models.OneToOneField(Scorer, on_delete=models.CASCADE, related_name="kept_head")
    npz = models.BinaryField(help_text=_("weight and bias, as ml.head writes them."))
    card = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.scorer.head


class FrameQuerySet(models.QuerySet["Frame"]):
    def unscored(self, scorer: Scorer) -> FrameQuerySet:
        return self.filter(poisoned=False).exclude(scores__scorer=scorer)

    def featureless(self, backbone_sha256: str) -> FrameQuerySet:
        """Those of which nothing is kept that this backbone saw."""
        return self.filter(poisoned=False).exclude(patch_features__backbone_sha256=backbone_sha256)

    def owned_by(self, user: User) -> FrameQuerySet:
        return self.filter(drive__driver=user)

    def visible(self) -> FrameQuerySet:
        """The frames that anyone may see: those that show a visible house and no hidden one beside it, nor a display that was a
        hidden house's and is no other's yet. What a scorer says that never was live does not count."""
        shown = self.filter(
            sightings__scorer__live=True, sightings__suppressed=False, sightings__house__hidden=False
        )
        hidden = Region.objects.filter(
            Q(scorer__live=True) | Q(scorer__promoted_at__isnull=False), sighting__house__hidden=True
        )
        return shown.exclude(pk__in=hidden.values("frame")).exclude(pk__in=left_behind()).distinct()

    def showing_hidden(self) -> FrameQuerySet:
        """Those that show a hidden house, or a display that was one's and is no other's yet, by any scorer's word."""
        return self.filter(Q(sightings__house__hidden=True) | Q(pk__in=left_behind()))

    def in_order(self) -> FrameQuerySet:
        return self.order_by("captured_at", "id")


def left_behind() -> models.QuerySet[Any, Any]:
    """Ids of frames in which a display of a hidden house waits for a house."""
    return Region.objects.filter(departures__house__hidden=True, sighting__house=None).values("frame")


class Frame(models.Model):
    """One still. `captured_at` is `device_at` plus the camera's clock offset; `heading_deg` is the car's, from north."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="frames")
    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="frames")
    footage = models.ForeignKey(Footage, on_delete=models.CASCADE, related_name="frames")
    at_ms = models.PositiveBigIntegerField(default=0, help_text=_("Offset into the footage; 0 for a photo."))
    view = models.PositiveSmallIntegerField(
        default=0, help_text=_("0 for a plain camera; of a panorama 1 is left and 2 right.")
    )
    part = models.PositiveIntegerField(
        default=0, help_text=_("Which part of the scoring stage it belongs to.")
    )
    device_at = models.DateTimeField()
    captured_at = models.DateTimeField()
    position = models.PointField(
        geography=True, null=True, help_text=_("None where the track has no place for its time.")
    )
    heading_deg = models.FloatField(null=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sharpness = models.FloatField(
        null=True, validators=IN_UNIT, help_text=_("0 smeared to 1 crisp; none where it was never measured.")
    )
    exposure = models.FloatField(
        null=True, validators=IN_UNIT, help_text=_("The luma that 999 of 1,000 pixels do not exceed.")
    )
    picture = models.FileField(
        storage=derivative_storage,
        max_length=255,
        help_text=_("Derivative without EXIF, upright, at most 800 px."),
    )
    thumbnail = models.FileField(storage=derivative_storage, max_length=255)
    still = models.FileField(
        max_length=255,
        blank=True,
        help_text=_("Private: what is scored, upright, at most 1,024 px, without EXIF."),
    )
    poisoned = models.BooleanField(default=False)
    not_festive = models.BooleanField(
        default=False, help_text=_("The newest word of a person on the whole frame.")
    )
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = FrameQuerySet.as_manager()

    class Meta:
        ordering = ["captured_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["footage", "at_ms", "view"], name="one_frame_per_moment_and_view")
        ]
        indexes = [models.Index(fields=["drive", "part"]), models.Index(fields=["drive", "captured_at"])]

    def __str__(self) -> str:
        return f"{self.footage.name} @ {self.captured_at:%H:%M:%S}"

    @property
    def mount_angle_deg(self) -> float:
        """Where this view looks, clockwise from the driving direction, in (-180, 180]."""
        angle_deg = self.camera.mount_angle_deg + VIEW_ANGLE_DEG.get(self.view, 0.0)
        return -((-angle_deg + 180) % 360 - 180)


class FrameScore(models.Model):
    """What one scorer said of one frame: the festivity map, `map_bytes` (rows × columns, uint8, 255 = 1), and its mean."""

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="scores")
    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="frame_scores")
    festivity = models.FloatField(validators=IN_UNIT)
    map_rows = models.PositiveSmallIntegerField()
    map_columns = models.PositiveSmallIntegerField()
    map_bytes = models.BinaryField()
    cls_vector = models.BinaryField(help_text=_("Unit CLS vector, float16."))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["frame", "scorer"], name="one_score_per_frame_and_scorer"),
            models.CheckConstraint(condition=Q(festivity__gte=0, festivity__lte=1), name="festivity_in_unit"),
        ]


class PatchFeatures(models.Model):
    """What one backbone saw in one frame, patch by patch, in the workers' own format: any head scores it without the network."""

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="patch_features")
    backbone_sha256 = models.CharField(max_length=64)
    file = models.FileField(max_length=255, help_text=_("Private: pictures can be guessed from it."))

    class Meta:
        verbose_name_plural = _("patch features")
        constraints = [
            models.UniqueConstraint(
                fields=["frame", "backbone_sha256"], name="one_set_of_features_per_frame_and_backbone"
            )
        ]

    def __str__(self) -> str:
        return f"{self.frame} ({self.backbone_sha256[:12]})"


class Region(models.Model):
    """One connected festive area. `box`: x0, y0, x1, y1 in [0, 1], y down; `share`: its part of the frame's festivity."""

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="regions")
    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="regions")
    index = models.PositiveSmallIntegerField()
    box = ArrayField(models.FloatField(), size=4)
    festivity = models.FloatField(validators=IN_UNIT)
    share = models.FloatField(validators=IN_UNIT)
    vector = models.BinaryField(help_text=_("Unit CLS vector of the region's crop, float16."))
    depth_m = models.FloatField(
        null=True, help_text=_("Along the optical axis, by a depth model; none where there is no model.")
    )
    patches = models.BinaryField(
        default=bytes,
        blank=True,
        help_text=_("Patches of the region's crop, kept small; empty where there are none."),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["frame", "scorer", "index"], name="one_region_per_index")
        ]
