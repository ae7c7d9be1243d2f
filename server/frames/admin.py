from __future__ import annotations

from django.contrib import admin
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from server.core.admin import ReadOnlyAdmin, SeenOnMapAdmin, words
from server.frames.models import Frame, FrameScore, Region, Scorer
from server.jobs.asking import ask_for_rows
from server.jobs.kinds import Kind


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
class FrameAdmin(SeenOnMapAdmin):
    list_display = (
        "shown", "footage", "drive", "festivity", "captured_at", "newest_label", "state", "links",
    )  # fmt: skip
    list_display_links = ("footage",)
    list_filter = ("poisoned", "not_festive", "labels__verdict", "camera__side", "drive__synthetic", "drive")
    search_fields = ("public_id", "footage__name", "drive__title")
    list_select_related = ("drive", "footage", "camera")
    date_hierarchy = "captured_at"
    list_per_page = 50
    actions = ("say_festive", "say_not_festive", "look_again")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Frame]:
        frames: QuerySet[Frame] = super().get_queryset(request)
        return frames.annotate(festivity=Max("scores__festivity", filter=Q(scores__scorer__live=True)))

    @admin.display(description=_("picture"))
    def shown(self, frame: Frame) -> str:
        return thumbnail(frame)

    @admin.display(description=_("festivity"), ordering="festivity")
    def festivity(self, frame: Frame) -> str:
        score = getattr(frame, "festivity", None)
        return "–" if score is None else f"{score:.3f}"

    @admin.display(description=_("state"))
    def state(self, frame: Frame) -> str:
        return words((frame.not_festive, _("not festive")), (frame.poisoned, _("set aside")))

    @admin.display(description=_("newest label"))
    def newest_label(self, frame: Frame) -> str:
        label = frame.labels.filter(withdrawn_at=None).first()
        return str(label.get_verdict_display()) if label else "–"

    @admin.display(description=_("pages"))
    def links(self, frame: Frame) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("labels:inspect", args=[frame.public_id]), _("label")
        )

    @admin.action(description=_("Relabel: festive"))
    def say_festive(self, request: HttpRequest, frames: QuerySet[Frame]) -> HttpResponse | None:
        title = _("Call %(rows)d frames festive")
        return ask_for_rows(request, Kind.VERDICT, title, frames, verdict="festive")

    @admin.action(description=_("Relabel: not festive"))
    def say_not_festive(self, request: HttpRequest, frames: QuerySet[Frame]) -> HttpResponse | None:
        title = _("Call %(rows)d frames not festive")
        return ask_for_rows(request, Kind.VERDICT, title, frames, verdict="not_festive")

    @admin.action(description=_("Score again: what is missing in their drives, and what was set aside"))
    def look_again(self, request: HttpRequest, frames: QuerySet[Frame]) -> HttpResponse | None:
        return ask_for_rows(request, Kind.RESCORE, _("Score the drives of %(rows)d frames again"), frames)


@admin.register(FrameScore)
class FrameScoreAdmin(ReadOnlyAdmin):
    list_display = ("picture", "frame", "scorer", "festivity", "grid")
    list_display_links = ("frame",)
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
    list_display_links = ("frame",)
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
    def promote(self, request: HttpRequest, scorers: QuerySet[Scorer]) -> HttpResponse | None:
        """Leads to the page that says what would change, and asks."""
        if scorers.count() != 1:
            self.message_user(request, _("Choose exactly one scorer to promote."), level="ERROR")
            return None
        return redirect("scorers:promote", scorers.get().hash)
