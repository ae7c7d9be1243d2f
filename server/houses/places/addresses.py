"""Which share of a place is decorated: of the addresses that drives came past, those with a house on the map."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from server.core.sql import fetch_rows, fetch_value
from server.core.zone import place_zone
from server.drives.models import Drive
from server.frames.models import Scorer
from server.houses.models import AddressPassing, AddressPoint, Season

PASSED_M = 30.0
"""An address farther than this from every frame was not come past: half a street, a front garden, the error of a fix."""
FEWEST = 10
"""A share of fewer addresses says little, and may tell of a single one."""


@dataclass(frozen=True)
class Share:
    """Of the `passed` addresses `lit` ones are decorated."""

    passed: int
    lit: int

    @property
    def percent(self) -> int:
        return round(100 * self.lit / self.passed)


@transaction.atomic
def note_passed(drive: Drive | None = None) -> int:
    """Writes anew which addresses this drive (every drive) came past; how many. Nothing to do where none were imported."""
    if not AddressPoint.objects.exists():
        return 0
    passings = AddressPassing.objects.all()
    (passings.filter(drive=drive) if drive else passings).delete()
    asked = {"drive": drive.pk if drive else None, "reach_m": PASSED_M, "zone": str(place_zone())}
    return int(fetch_value("houses/pass_addresses.sql", asked))


def share_of(place: dict[str, object], season: Season, scorer: Scorer) -> Share | None:
    """`place`: inputs as in `server.houses.places.story.Area.inputs`. None for fewer than ten addresses."""
    asked = {"season": season.pk, "scorer": scorer.pk, **place}
    share = Share(**fetch_rows("houses/lit_addresses.sql", asked)[0])
    return share if share.passed >= FEWEST else None
