from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from server.houses.models import House
from server.houses.services import hide_house
from server.trust.models import Report

MOST_OPEN = 20


class TooManyReports(Exception):
    """So many reports on one house wait already that another one would say nothing new."""


@transaction.atomic
def file_report(*, house: House, kind: Report.Kind, message: str = "", email: str = "") -> Report:
    """Raises TooManyReports; a wish to be off the map is always taken."""
    House.objects.select_for_update(no_key=True).get(pk=house.pk)
    waiting = house.reports.filter(state=Report.State.OPEN).count()
    if waiting >= MOST_OPEN and kind != Report.Kind.OPT_OUT:
        raise TooManyReports
    return Report.objects.create(house=house, kind=kind, message=message, email=email)


@transaction.atomic
def grant(report: Report) -> None:
    """Takes the house off the map; every open report on it is answered by that."""
    hide_house(report.house)
    report.house.reports.filter(state=Report.State.OPEN).update(
        state=Report.State.GRANTED, settled_at=timezone.now()
    )


def close(report: Report) -> None:
    """The house stays. The receipt shows the answer."""
    Report.objects.filter(pk=report.pk, state=Report.State.OPEN).update(
        state=Report.State.CLOSED, settled_at=timezone.now()
    )
