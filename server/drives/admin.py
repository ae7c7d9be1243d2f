from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from server.core.admin import KeptAdmin, ReadOnlyAdmin, ReadOnlyInline
from server.drives import runs
from server.drives.models import (
    Camera,
    ClockBy,
    Drive,
    Footage,
    HomeZone,
    SideBy,
    StageRun,
    TrackPoint,
    Upload,
)
from server.drives.services import mount_angle_deg
from server.frames.admin import thumbnail


class CameraInline(ReadOnlyInline):
    model = Camera


class StageRunInline(ReadOnlyInline):
    model = StageRun
    fields = (
        "stage",
        "part",
        "attempt",
        "state",
        "count_in",
        "count_out",
        "count_rejected",
        "started_at",
        "ended_at",
        "error",
    )


@admin.register(Drive)
class DriveAdmin(KeptAdmin):
    list_display = ("title", "driver", "stage", "goes_on", "frame_count", "synthetic", "created_at")
    list_filter = ("stage", "synthetic", "created_at")
    search_fields = ("title", "public_id", "driver__email")
    readonly_fields = ("public_id", "stage", "failure", "submitted_at", "finished_at")
    autocomplete_fields = ("driver",)
    inlines = (CameraInline, StageRunInline)
    actions = ("resume",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Drive]:
        drives: QuerySet[Drive] = super().get_queryset(request)
        return drives.annotate(frame_count=Count("frames"))

    @admin.display(description=_("frames"), ordering="frame_count")
    def frame_count(self, drive: Any) -> int:
        return int(drive.frame_count)

    @admin.display(boolean=True, description=_("goes on"))
    def goes_on(self, drive: Drive) -> bool:
        return not drive.failure

    @admin.action(description=_("Try the failed stage again"))
    def resume(self, request: HttpRequest, drives: QuerySet[Drive]) -> None:
        opened = sum(runs.resume(drive) for drive in drives)
        said = ngettext("%d attempt was opened.", "%d attempts were opened.", opened) % opened
        self.message_user(request, said, messages.SUCCESS if opened else messages.WARNING)


@admin.register(Footage)
class FootageAdmin(ReadOnlyAdmin):
    list_display_links = ("name",)
    list_display = ("picture", "name", "drive", "kind", "state", "reason", "device_at", "size_bytes")
    list_filter = ("state", "reason", "kind")
    search_fields = ("name", "sha256", "drive__title")
    list_select_related = ("drive",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Footage]:
        return super().get_queryset(request).prefetch_related("frames")

    @admin.display(description=_("picture"))
    def picture(self, footage: Footage) -> str:
        return thumbnail(next(iter(footage.frames.all()), None))


@admin.register(HomeZone)
class HomeZoneAdmin(ReadOnlyAdmin):
    """That there is one, and how large; not where."""

    list_display = ("driver", "radius_m")
    fields = ("driver", "radius_m")


@admin.register(StageRun)
class StageRunAdmin(ReadOnlyAdmin):
    list_display = ("drive", "stage", "part", "attempt", "state", "counts", "started_at", "ended_at", "error")
    list_filter = ("stage", "state")
    list_select_related = ("drive",)

    @admin.display(description=_("in → out + rejected"))
    def counts(self, run: StageRun) -> str:
        return format_html("{} → {} + {}", run.count_in, run.count_out, run.count_rejected)


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    list_display = ("name", "drive", "offset", "length", "expires_at")
    list_select_related = ("drive",)


@admin.register(TrackPoint)
class TrackPointAdmin(ReadOnlyAdmin):
    list_display = ("drive", "at", "footage")
    list_filter = ("drive",)
    list_select_related = ("drive", "footage")


KNOWN_BY = (
    "side_by",
    "side_confidence",
    "clock_by",
    "clock_confidence",
    "clock_confirmed_at",
    "clock_candidates",
)


@admin.register(Camera)
class CameraAdmin(KeptAdmin):
    list_display = ("drive", "side", "mount_angle_deg", "field_of_view_deg", "clock_offset_ms")
    list_filter = ("side",)
    list_select_related = ("drive",)
    readonly_fields = ("drive", "key", *KNOWN_BY)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Camera, form: Any, change: bool) -> None:
        """A camera that points elsewhere, or keeps another time, moves what it saw: its drive is placed again.

        Another side turns the camera with it, unless the angle is given too.
        """
        if "side" in form.changed_data and "mount_angle_deg" not in form.changed_data:
            obj.mount_angle_deg = mount_angle_deg(obj.side)
        if "side" in form.changed_data:
            obj.side_by, obj.side_confidence = SideBy.PERSON, None
        if "clock_offset_ms" in form.changed_data:
            obj.clock_by, obj.clock_confirmed_at = ClockBy.PERSON, timezone.now()
        super().save_model(request, obj, form, change)
        if not form.changed_data:
            return
        if runs.place_again(obj.drive):
            self.message_user(request, _("The drive is placed on the map again."), messages.SUCCESS)
        else:
            told = _("The drive is still on its way. Save the camera once more when it is done.")
            self.message_user(request, told, messages.WARNING)
