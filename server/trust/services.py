from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from server.houses.models import House, Sighting
from server.houses.services import hide_house
from server.trust.models import Report

MOST_OPEN = 20
FRAMES_TO_LABEL = 4
APART = timedelta(seconds=3)


class TooManyReports(Exception):
    """So many reports on one house wait already that another one would say nothing new."""


@transaction.atomic
def file_report(*, house: House, kind: Report.Kind, message: str = "", email: str = "") -> Report:
    """Raises TooManyReports; a wish to be off the map is always taken."""
    House.objects.select_for_update(no_key=True).get(pk=house.pk)
    waiting = house.reports.filter(state=Report.State.OPEN).count()
    if waiting >= MOST_OPEN and kind != Report.Kind.OPT_OUT:
        raise TooManyReports
    report = Report.objects.create(house=house, kind=kind, message=message, email=email)
    if kind == Report.Kind.NOT_DECORATION:
        report.frames.set(telling_frames(house))
    return report


def telling_frames(house: House) -> list[int]:
    """Ids of the frames that show most of a house under the live scorer, of different moments, at most FRAMES_TO_LABEL."""
    seen = Sighting.objects.filter(house=house, scorer__live=True, suppressed=False)
    found: list[tuple[int, datetime]] = []
    for frame_id, at in seen.order_by("-region__share", "pk").values_list("frame", "frame__captured_at"):
        if len(found) < FRAMES_TO_LABEL and all(abs(at - other) >= APART for _id, other in found):
            found.append((frame_id, at))
    return [frame_id for frame_id, _at in found]


@transaction.atomic
def grant(report: Report) -> None:
    """Takes the house off the map; every open report on it is answered by that."""
    hide_house(report.house)
    report.house.reports.filter(state=Report.State.OPEN).update(
        state=Report.State.GRANTED, settled_at=timezone.now()
    )


def note_labelled(report: Report) -> int:
    """The frames that it named were labelled: what they say is taught. 1 where it was open."""
    return Report.objects.filter(pk=report.pk, state=Report.State.OPEN).update(
        state=Report.State.LABELLED, settled_at=timezone.now()
    )


def close(report: Report) -> None:
    """The house stays. The receipt shows the answer."""
    Report.objects.filter(pk=report.pk, state=Report.State.OPEN).update(
        state=Report.State.CLOSED, settled_at=timezone.now()
    )
