"""Streets from the tracks themselves, where none were imported: numbered, until an import or a person gives them a name.

The way of a drive is cut where it turns; what of it lies beside no known street becomes one. So a second drive along it makes
no second street.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from django.contrib.gis.geos import LineString
from django.db import transaction
from django.utils.translation import gettext as _

from server.core.sql import fetch_rows
from server.drives.models import Drive
from server.drives.queries import track_of
from server.drives.track import Fix, bearing_deg, way_m
from server.drives.tracks.trajectory import trajectory
from server.houses.models import Street

BESIDE_M = 25.0
"""What lies as near as this to a known street is that street: half its width, and the errors of two fixes."""
SHORTEST_M = 60.0
TURN_DEG = 50.0
TURN_WITHIN = 3
"""A turn takes a few fixes, 8 m apart; the bearing is compared over so many of them."""
LONGEST_M = 600.0
COVERED = 0.7


@transaction.atomic
def note_streets(drive: Drive) -> int:
    """Makes streets of where the drive went beside all that are known; how many. Running again makes none."""
    made = 0
    for piece in trajectory(track_of(drive)).pieces:
        for stretch in straight(piece):
            made += len(make_streets(stretch))
    return made


def make_streets(stretch: Sequence[Fix]) -> list[Street]:
    line = LineString([(fix.lon, fix.lat) for fix in stretch], srid=4326)
    asked = {"line": bytes(line.wkb), "beside_m": BESIDE_M, "shortest_m": SHORTEST_M}
    made = [
        Street(kind=Street.DRIVEN, line=LineString(row["places"], srid=4326))
        for row in fetch_rows("houses/unknown_streets.sql", asked)
    ]
    for street in made:
        street.save()
        street.name = _("Street %(number)s") % {"number": street.pk}
        street.save(update_fields=["name"])
    return made


def straight(piece: Sequence[Fix]) -> Iterator[Sequence[Fix]]:
    """The piece in stretches that end where the car turns by more than 50 degrees, or after 600 m."""
    bearings = [bearing_deg(before, after) for before, after in pairwise(piece)]
    first = 0
    for row in range(1, len(piece) - 1):
        back, ahead = bearings[max(row - TURN_WITHIN, first)], bearings[row]
        turned = abs((ahead - back + 180) % 360 - 180) > TURN_DEG
        if turned or way_m(piece[first : row + 1]) > LONGEST_M:
            yield piece[first : row + 1]
            first = row
    yield piece[first:]


@transaction.atomic
def forget_covered() -> int:
    """Forgets streets of tracks that now lie beside imported ones for the most part; how many."""
    asked = {"driven": Street.DRIVEN, "beside_m": BESIDE_M, "covered": COVERED}
    found = [row["id"] for row in fetch_rows("houses/covered_streets.sql", asked)]
    Street.objects.filter(pk__in=found).delete()
    return len(found)
