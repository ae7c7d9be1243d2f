"""Spots of frames that a person spoke of: whatever is found there has its house before anything is compared."""

from __future__ import annotations

from collections.abc import Iterable

from server.core.sql import fetch_rows
from server.drives.models import Drive
from server.frames.models import Scorer
from server.houses.models import House, Pin, Sighting

SAME_SPOT = 0.2
"""Boxes that overlap at least so much (intersection over union) are one spot of a frame."""


def shown_at(pins: Iterable[Pin]) -> list[int]:
    """The ids of all sightings, of any scorer, at the spots of these pins."""
    ids = [pin.pk for pin in pins]
    rows = fetch_rows("houses/pinned.sql", {"pins": ids, "drive": None, "scorer": None, "overlap": SAME_SPOT})
    return [row["sighting"] for row in rows]


def keep_to_pins(drive: Drive, scorer: Scorer) -> int:
    """Gives the drive's houseless sightings the houses that their spots are pinned to; how many there were."""
    asked = {"pins": None, "drive": drive.pk, "scorer": scorer.pk, "overlap": SAME_SPOT}
    rows = fetch_rows("houses/pinned.sql", asked)
    houses = {
        house.pk: house.present for house in House.objects.filter(pk__in={row["house"] for row in rows})
    }
    for row in rows:
        Sighting.objects.filter(pk=row["sighting"]).update(house=houses[row["house"]])
    return len(rows)
