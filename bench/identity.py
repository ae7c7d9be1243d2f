"""One house, known again: on a city with truth, beside simpler ways, and as a city grows. No pictures and no network.

    ./festivity run python -m bench.identity [--seeds 3] [--houses 2000] [--growth]

The city of `bench.identity_city` (lots of 12 to 20 m on both sides, four drives, fixes that drift by 4 m, headings off by
6°, 30 % of displays near-identical to a neighbour's) is written as frames and regions, placed, and identified drive by
drive by the very functions of the pipeline; patches are compared by their measured chances. Beside it the same sightings by
the nearest address point (each where its house stands) and by DBSCAN. `--growth` adds what a drive of 1,000 frames costs in
a city of 10,000, 100,000 and 1,000,000 sightings, in this process and its database. Seeds from 0 on were tuned on; by
default those from 1000 on are measured. The last line is one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import mean, median
from typing import Any

import numpy as np

from bench.houses import bcubed, forget_everything
from bench.identity_city import City, Floats, Plan, build, chance_of, likenesses
from bench.site import scratch_site

ORIGIN = (-117.1, 32.9)
NIGHT = datetime(2026, 12, 5, 3, tzinfo=UTC)
DBSCAN_M, DBSCAN_LEAST = 5.0, 4
"""What is best for DBSCAN on the seeds tuned on."""


@dataclass(frozen=True)
class Written:
    """`houses`: of each sighting (id) the house that it shows; `look`: of each region (id) the kind of its display."""

    drives: list[Any]
    scorer: Any
    houses: dict[int, int]
    kinds: dict[int, tuple[int, int]]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--first", type=int, default=1000, help="first seed (default: 1000, none of those tuned on)"
    )
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--houses", type=int, default=2000)
    parser.add_argument("--growth", action="store_true", help="what a drive costs as the city grows, too")
    arguments = parser.parse_args()
    found: list[dict[str, float]] = []
    figures: dict[str, float] = {}
    if arguments.growth:
        with scratch_site():
            from bench.identity_growth import growth

            figures = growth()
    with scratch_site():
        for seed in range(arguments.first, arguments.first + arguments.seeds):
            found.append(measure(build(Plan(seed, houses=arguments.houses))))
            print(f"seed {seed}: {found[-1]}", file=sys.stderr)
            forget_everything()
        figures |= {key: round(mean(city[key] for city in found), 3) for key in found[0]} if found else {}
    print(json.dumps(figures))


def measure(city: City) -> dict[str, float]:
    print(json.dumps(likenesses(city, np.random.default_rng(city.plan.seed))), file=sys.stderr)
    written = write(city)
    began = time.process_time()
    identify(city, written)
    seconds = time.process_time() - began
    return (
        judged("bcubed", written, given_houses())
        | judged("bcubed_nearest_address", written, by_nearest_address(city))
        | judged("bcubed_dbscan", written, by_dbscan())
        | {"position_median_m": position_median_m(city, written), "sightings": len(written.houses)}
        | {"cpu_ms_per_sighting": 1000 * seconds / len(written.houses)}
    )


def write(city: City) -> Written:
    """Drives, frames, regions and sightings in the database, and what a worker would have followed."""
    from bench.identity_rows import make_drive, make_scorer

    scorer = make_scorer()
    rng = np.random.default_rng((city.plan.seed, 1))
    drives: list[Any] = []
    houses: dict[int, int] = {}
    kinds: dict[int, tuple[int, int]] = {}
    for number, shots in enumerate(city.drives):
        drive, shown = make_drive(shots, scorer, NIGHT + timedelta(days=number), rng)
        drives.append(drive)
        houses |= {sighting: house for sighting, _, house in shown}
        kinds |= {region: (house, city.lots[house].kind) for _, region, house in shown}
    return Written(drives, scorer, houses, kinds)


def identify(city: City, written: Written) -> None:
    from server.houses.identity.comparisons import record_comparisons
    from server.houses.identity.identify import identify_drive, worth_comparing

    for drive in written.drives:
        pairs = worth_comparing(drive, written.scorer)
        chances = {
            pair: chance_of(written.kinds[pair[0]][1] == written.kinds[pair[1]][1], pair, city.plan.seed)
            for pair in pairs
        }
        record_comparisons("match", "drawn", chances)
        identify_drive(drive, written.scorer)


def given_houses() -> dict[int, int]:
    from server.houses.models import Sighting

    return dict(Sighting.objects.values_list("pk", "house"))


def judged(name: str, written: Written, given: dict[int, int]) -> dict[str, float]:
    truth = [house for _, house in sorted(written.houses.items())]
    found = bcubed(name, truth, [given[sighting] for sighting, _ in sorted(written.houses.items())])
    known = found.pop(f"{name}_f1")
    plain = name.replace("bcubed", "bcubed_f1")
    return {plain: known} | (found if name == "bcubed" else {})


def fronts_m() -> tuple[list[int], Floats]:
    """Ids of all sightings, and where their rays alone put the front, in metres from ORIGIN (N, 2)."""
    from server.drives.track import offset_between_m
    from server.houses.models import Sighting

    told = Sighting.objects.order_by("pk").values_list("pk", "front")
    rows = [(pk, front) for pk, front in told if front]
    return [pk for pk, _ in rows], np.array(
        [offset_between_m(ORIGIN, (front.x, front.y)) for _, front in rows]
    )


def by_nearest_address(city: City) -> dict[int, int]:
    import shapely

    pks, places_m = fronts_m()
    tree = shapely.STRtree([shapely.Point(lot.front_m) for lot in city.lots])
    return {pk: int(tree.nearest(shapely.Point(place))) for pk, place in zip(pks, places_m, strict=True)}


def by_dbscan(radius_m: float = DBSCAN_M) -> dict[int, int]:
    """What is noise to it is a house of its own."""
    from django.db import connection

    pks, places_m = fronts_m()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, coalesce(ST_ClusterDBSCAN(ST_MakePoint(x, y), %s, %s) OVER (), -id) "
            "FROM unnest(%s::bigint[], %s::float8[], %s::float8[]) AS front (id, x, y)",
            [radius_m, DBSCAN_LEAST, pks, places_m[:, 0].tolist(), places_m[:, 1].tolist()],
        )
        return dict(cursor.fetchall())


def position_median_m(city: City, written: Written) -> float:
    """Of each house found, the distance from its front to that of the house that most of its sightings show."""
    from server.drives.track import offset_between_m
    from server.houses.models import House

    shown: dict[int, Counter[int]] = {}
    for sighting, house in given_houses().items():
        shown.setdefault(house, Counter())[written.houses[sighting]] += 1
    off_m = []
    for pk, front in House.objects.filter(pk__in=shown).values_list("pk", "front"):
        lot = city.lots[shown[pk].most_common(1)[0][0]]
        found_m = offset_between_m(ORIGIN, (front.x, front.y)) if front else (math.inf, math.inf)
        off_m.append(math.dist(lot.front_m.tolist(), found_m))
    return median(off_m)


if __name__ == "__main__":
    main()
