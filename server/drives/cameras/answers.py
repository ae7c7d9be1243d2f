"""What a driver says of a camera: which way it faced, and how far its clock was off. Each verb is one transaction."""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from server.drives import runs
from server.drives.cameras.settling import questions
from server.drives.cameras.sides import OPPOSITE
from server.drives.models import Camera, ClockBy, Drive, Side, SideBy, Stage
from server.drives.services import mount_angle_deg

SAME_MS = 100
LARGEST_OFFSET_MS = 100 * 365 * 86_400_000


class CannotChange(Exception):
    """Not now, or not this; the message is a sentence for the driver."""


class Next(StrEnum):
    """What becomes of the drive after an answer."""

    PLACED_AGAIN = "placed_again"
    GOES_ON = "goes_on"
    MORE_TO_SAY = "more_to_say"
    ON_ITS_WAY = "on_its_way"


SENTENCES = {
    Next.PLACED_AGAIN: gettext_lazy("Thank you. The drive is placed on the map again."),
    Next.GOES_ON: gettext_lazy("Thank you. The drive goes on."),
    Next.MORE_TO_SAY: gettext_lazy("Thank you. There is one more thing to say below."),
    Next.ON_ITS_WAY: gettext_lazy("Thank you. It counts when the drive comes to be placed on the map."),
}


def say(camera: Camera, *, side: str | None = None, offset_ms: int | None = None) -> Next:
    """Which way a camera faced, or by how much its clock was off, which confirms it; or both.

    Raises CannotChange for a side that is none, an offset beyond all reason, and while the drive is being placed.
    """
    if side is not None and side not in Side.values:
        raise CannotChange(_("A camera faces left, right, the front, or all around."))
    if offset_ms is not None and abs(offset_ms) > LARGEST_OFFSET_MS:
        raise CannotChange(_("No clock is off by more than a hundred years."))
    with transaction.atomic():
        drive = locked(camera.drive_id)
        if side is not None:
            face(camera, side)
        if offset_ms is not None:
            confirm_clock(camera, offset_ms)
        return go_on(drive)


def swap_sides(drive: Drive) -> Next:
    """Left becomes right and right left. Raises CannotChange where there is neither, and while the drive is being placed."""
    with transaction.atomic():
        fresh = locked(drive.pk)
        sideways = list(fresh.cameras.filter(side__in=list(OPPOSITE)))
        if not sideways:
            raise CannotChange(_("No camera of this drive faces left or right yet."))
        for camera in sideways:
            face(camera, OPPOSITE[Side(camera.side)])
        return go_on(fresh)


def face(camera: Camera, side: str) -> None:
    camera.side, camera.side_by, camera.side_confidence = side, SideBy.PERSON, None
    camera.mount_angle_deg = mount_angle_deg(side)
    camera.save(update_fields=["side", "side_by", "side_confidence", "mount_angle_deg"])


def confirm_clock(camera: Camera, offset_ms: int) -> None:
    if abs(offset_ms - camera.clock_offset_ms) >= SAME_MS:
        camera.clock_offset_ms, camera.clock_by = offset_ms, ClockBy.PERSON
    camera.clock_confirmed_at = timezone.now()
    camera.save(update_fields=["clock_offset_ms", "clock_by", "clock_confirmed_at"])


def locked(drive_id: int) -> Drive:
    drive = Drive.objects.select_for_update(no_key=True).get(pk=drive_id)
    if drive.stage in (Stage.IDENTIFY, Stage.PUBLISH) or (drive.stage == Stage.LOCATE and not drive.failure):
        raise CannotChange(_("The drive is just being placed on the map. Try again in a minute."))
    return drive


def go_on(drive: Drive) -> Next:
    """Everything after placing is computed anew where it was done; a drive that waits goes on when nothing more is asked."""
    if drive.stage == Stage.DONE:
        runs.place_again(drive)
        return Next.PLACED_AGAIN
    if drive.stage != Stage.LOCATE:
        return Next.ON_ITS_WAY
    if questions(drive):
        return Next.MORE_TO_SAY
    runs.resume(drive)
    return Next.GOES_ON
