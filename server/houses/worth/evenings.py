"""What each evening saw of houses: kept beside the scores, so that change can be told without looking at frames again."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from server.core.sql import fetch_rows, fetch_value
from server.core.zone import place_zone
from server.drives.models import Drive
from server.frames.models import Scorer
from server.houses.models import House

PASSED_M = 18.0
FACING = 0.7
AT_ONCE = 1000


@transaction.atomic
def publish_evenings(*, scorer: Scorer, house_ids: Sequence[int] | None = None) -> int:
    """Writes anew what every evening saw of these houses (of all), whatever its season; how many evenings changed."""
    asked = sorted(House.objects.values_list("pk", flat=True) if house_ids is None else set(house_ids))
    keys = {"scorer": scorer.pk, "zone": str(place_zone()), "reach_m": PASSED_M, "facing": FACING}
    return sum(
        int(fetch_value("houses/write_evenings.sql", {**keys, "houses": asked[first : first + AT_ONCE]}))
        for first in range(0, len(asked), AT_ONCE)
    )


def houses_passed(drive: Drive, scorer: Scorer) -> list[int]:
    """The ids of the houses with lights in some season that the drive came past, those that were dark this time among them."""
    asked = {"drive": drive.pk, "scorer": scorer.pk, "reach_m": PASSED_M}
    return [row["id"] for row in fetch_rows("houses/houses_passed.sql", asked)]
