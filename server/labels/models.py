from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from server.frames.models import Frame, PatchFeatures, Scorer

IN_UNIT = [MinValueValidator(0.0), MaxValueValidator(1.0)]


class LabelQuerySet(models.QuerySet["Label"]):
    def standing(self) -> LabelQuerySet:
        """Those that nobody withdrew."""
        return self.filter(withdrawn_at=None)

    def drawn(self) -> LabelQuerySet:
        """Those with a mask, an empty one among them."""
        return self.filter(mask__isnull=False)

    def newest_of_each_frame(self) -> LabelQuerySet:
        """The labels that count, one per frame."""
        return self.standing().order_by("frame_id", "-created_at", "-id").distinct("frame_id")


class LabelManager(models.Manager.from_queryset(LabelQuerySet)):  # type: ignore[misc]
    """Leaves masks and strokes where they are until they are asked for: most pages want the words alone."""

    def get_queryset(self) -> LabelQuerySet:
        return super().get_queryset().defer("mask", "strokes")


class Label(models.Model):
    """What a person said of a frame; the newest label of a frame that nobody withdrew counts, the others are kept.

    With a mask it says where the frame is festive, with an empty mask that it is nowhere; without one it speaks of the frame as
    a whole. A mask was drawn by clicks on the patch features of a backbone, by strokes, by both, or carried there from another
    frame's label.
    """

    class Verdict(models.TextChoices):
        FESTIVE = "festive", _("festive")
        NOT_FESTIVE = "not_festive", _("not festive")

    class Edge(models.TextChoices):
        PATCHES = "patches", _("as the patches are")
        LIGHT = "edges", _("along the light")
        COLOURS = "colours", _("along light and colours")

    class Method(models.TextChoices):
        CLICKS = "clicks", _("by clicks")
        STROKES = "strokes", _("by strokes")
        BOTH = "both", _("by clicks and strokes")
        CARRIED = "carried", _("carried from another frame")
        IMPORTED = "imported", _("from a file")
        AGAIN = "again", _("an older one taken again")
        WORD = "word", _("a word on the whole frame")

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="labels")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="labels")
    verdict = models.CharField(max_length=12, choices=Verdict)
    mask = models.BinaryField(
        null=True, help_text=_("PNG of one bit per pixel of the frame's picture; white is festive.")
    )
    mask_rows = models.PositiveSmallIntegerField(null=True)
    mask_columns = models.PositiveSmallIntegerField(null=True)
    mask_share = models.FloatField(
        null=True, validators=IN_UNIT, help_text=_("Share of the picture that is festive.")
    )
    threshold = models.FloatField(null=True, help_text=_("Lowest similarity that counts, -1 to 1."))
    smoothing = models.FloatField(
        null=True, help_text=_("Deviation of the Gaussian, in patches; 0 for none.")
    )
    edge = models.CharField(max_length=8, choices=Edge, blank=True)
    layer = models.PositiveSmallIntegerField(
        null=True, help_text=_("Which of the layers that features hold, from 1.")
    )
    strokes = models.JSONField(
        default=list,
        blank=True,
        help_text=_("Brush, eraser and polygons laid over the mask, in their order."),
    )
    backbone_sha256 = models.CharField(
        max_length=64, blank=True, help_text=_("What the clicks were made on.")
    )
    scorer = models.ForeignKey(
        Scorer,
        null=True,
        on_delete=models.PROTECT,
        related_name="labels",
        help_text=_("Live when it was drawn."),
    )
    method = models.CharField(
        max_length=8, choices=Method, default=Method.WORD, help_text=_("How it was made.")
    )
    carried_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="carried"
    )
    again_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="taken_again",
        help_text=_("The older label of this frame that it repeats."),
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text=_("A withdrawn label never counts."))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="withdrawn_labels",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LabelManager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mask=None, mask_rows=None, mask_columns=None, mask_share=None)
                | Q(
                    mask__isnull=False,
                    mask_rows__gt=0,
                    mask_columns__gt=0,
                    mask_share__gt=0,
                    verdict="festive",
                )
                | Q(
                    mask__isnull=False,
                    mask_rows__gt=0,
                    mask_columns__gt=0,
                    mask_share=0,
                    verdict="not_festive",
                ),
                name="a_mask_has_a_size_and_says_what_the_verdict_says",
            ),
            models.CheckConstraint(
                condition=Q(threshold=None) | Q(threshold__gte=-1, threshold__lte=1),
                name="threshold_is_a_cosine",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="somebody_withdrew_what_is_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.frame}: {self.get_verdict_display()}"

    @property
    def percent(self) -> float | None:
        """How much of the picture the mask covers, in per cent."""
        return None if self.mask_share is None else 100 * self.mask_share


class Click(models.Model):
    """One point of a label, or one box (with its far corner). Places lie in [0, 1] of the picture, y down."""

    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="clicks")
    index = models.PositiveSmallIntegerField()
    x = models.FloatField(validators=IN_UNIT)
    y = models.FloatField(validators=IN_UNIT)
    far_x = models.FloatField(null=True, validators=IN_UNIT)
    far_y = models.FloatField(null=True, validators=IN_UNIT)
    positive = models.BooleanField(help_text=_("Like this; else not like this."))

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["label", "index"], name="one_click_per_index"),
            models.CheckConstraint(
                condition=Q(x__gte=0, x__lte=1, y__gte=0, y__lte=1)
                & (
                    Q(far_x=None, far_y=None)
                    | Q(far_x__gt=F("x"), far_x__lte=1, far_y__gt=F("y"), far_y__lte=1)
                ),
                name="clicks_lie_in_the_picture",
            ),
        ]

    def __str__(self) -> str:
        sign = "+" if self.positive else "−"
        return f"{sign} {self.x:.3f}, {self.y:.3f}"


class Draft(models.Model):
    """What a person has drawn on a frame and not saved as a label yet, to be taken up again on any device."""

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="drafts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    drawing = models.JSONField()
    based_on = models.ForeignKey(
        Label,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The label that counted when drawing began."),
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["frame", "author"], name="one_draft_per_frame_and_author")
        ]

    def __str__(self) -> str:
        return f"{self.frame}: {self.author}"


class Presence(models.Model):
    """A person who has the page of a frame open to label it; `seen_at` is the last sign of that."""

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="presences")
    labeller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presences")
    since = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["frame", "labeller"], name="one_presence_per_frame_and_labeller")
        ]

    def __str__(self) -> str:
        return f"{self.labeller} @ {self.frame}"


class Gist(models.Model):
    """What the patches of a frame look like in a few vectors, to tell quickly which frames may have a thing.

    `means` (n, D) int8, 127 = 1: of the lit patches of the last layer that is kept; empty where nothing is lit.
    """

    features = models.OneToOneField(
        PatchFeatures, primary_key=True, on_delete=models.CASCADE, related_name="gist"
    )
    means = models.BinaryField()

    def __str__(self) -> str:
        return str(self.features)
