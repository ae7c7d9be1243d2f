"""What workers said of pairs of regions: written down, and read again as pairs of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from server.houses.identity.grouping import Pair
from server.houses.models import Comparison


@transaction.atomic
def record_comparisons(way: str, made_by: str, chances: Mapping[Pair, float]) -> None:
    """Writes what was said of pairs of regions (ids, the lower one first), in the place of what was said before."""
    Comparison.objects.bulk_create(
        [
            Comparison(first_id=first, second_id=second, way=way, made_by=made_by, chance=chance)
            for (first, second), chance in sorted(chances.items())
        ],
        update_conflicts=True,
        unique_fields=["first", "second", "way"],
        update_fields=["made_by", "chance"],
        batch_size=500,
    )


def compared(regions: Sequence[int], way: str) -> list[tuple[Pair, float]]:
    """Pairs of these regions (ids) that were compared in this way, the surest first, with their chances."""
    wanted = list(regions)
    found = Comparison.objects.filter(first__in=wanted, second__in=wanted, way=way)
    place = {region: row for row, region in enumerate(wanted)}
    rows = [
        ((first, second), chance) for first, second, chance in found.values_list("first", "second", "chance")
    ]
    return sorted(rows, key=lambda entry: (-entry[1], place[entry[0][0]], place[entry[0][1]]))


def rows_of(regions: Sequence[int], pairs: Iterable[tuple[Pair, float]]) -> Iterable[tuple[Pair, float]]:
    """Pairs of region ids as pairs of indices into `regions`, the lower one first."""
    row_of = {region: row for row, region in enumerate(regions)}
    for (first, second), chance in pairs:
        one, other = row_of[first], row_of[second]
        yield (min(one, other), max(one, other)), chance
