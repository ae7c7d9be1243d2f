from __future__ import annotations

from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from server.core.admin import ReadOnlyAdmin
from server.frames import services
from server.frames.models import Frame, FrameScore, Region, Scorer


def thumbnail(frame: Frame | None) -> str:
    """A small picture of the frame that leads to its row, or a dash."""
    if frame is None:
        return "–"
    picture = reverse("frames:thumbnail", args=[frame.public_id])
    page = reverse("admin:frames_frame_change", args=[frame.pk])
    return format_html(
        '<a href="{}"><img src="{}" alt="{}" width="120" loading="lazy"></a>', page, picture, frame
    )


@admin.register(Frame)
class FrameAdmin(ReadOnlyAdmin):
    list_display = ("shown", "footage", "drive", "festivity", "captured_at", "heading_deg", "poisoned")
    list_filter = ("poisoned", "camera__side", "drive")
    search_fields = ("public_id", "footage__name", "drive__title")
    list_select_related = ("drive", "footage", "camera")
    date_hierarchy = "captured_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Frame]:
        frames: QuerySet[Frame] = super().get_queryset(request)
        return frames.annotate(festivity=Max("scores__festivity"))

    @admin.display(description=_("picture"))
    def shown(self, frame: Frame) -> str:
        return thumbnail(frame)

    @admin.display(description=_("festivity"), ordering="festivity")
    def festivity(self, frame: Frame) -> str:
        score = getattr(frame, "festivity", None)
        return "–" if score is None else f"{score:.3f}"


@admin.register(FrameScore)
class FrameScoreAdmin(ReadOnlyAdmin):
    list_display = ("picture", "frame", "scorer", "festivity", "grid")
    list_filter = ("scorer",)
    list_select_related = ("frame__footage", "scorer")
    ordering = ("-festivity",)

    @admin.display(description=_("picture"))
    def picture(self, score: FrameScore) -> str:
        return thumbnail(score.frame)

    @admin.display(description=_("rows × columns"))
    def grid(self, score: FrameScore) -> str:
        return format_html("{} × {}", score.map_rows, score.map_columns)


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    list_display = ("picture", "frame", "index", "festivity", "share", "scorer")
    list_filter = ("scorer",)
    list_select_related = ("frame__footage", "scorer")

    @admin.display(description=_("picture"))
    def picture(self, region: Region) -> str:
        return thumbnail(region.frame)


@admin.register(Scorer)
class ScorerAdmin(ReadOnlyAdmin):
    list_display = ("hash", "backbone", "head", "live", "same_house", "created_at")
    readonly_fields = ("same_house",)
    actions = ("promote",)

    @admin.display(description=_("one house by likeness"))
    def same_house(self, scorer: Scorer) -> str:
        """What its card says of the likeness of two displays, learned from labelled pairs."""
        told = scorer.card.get("same_house", {})
        if not told.get("likeness_weight"):
            return "–"
        return format_html("e^({} × (cos − {}))", told["likeness_weight"], told.get("indifferent", "?"))

    @admin.action(description=_("Promote: make it the live scorer"))
    def promote(self, request: HttpRequest, scorers: QuerySet[Scorer]) -> None:
        if scorers.count() != 1:
            self.message_user(request, _("Choose exactly one scorer to promote."), level="ERROR")
            return
        try:
            services.promote(scorers.get())
        except services.CannotPromote as refusal:
            self.message_user(request, str(refusal), level="ERROR")
            return
        self.message_user(request, _("Promoted. Every page now speaks with this scorer."))
