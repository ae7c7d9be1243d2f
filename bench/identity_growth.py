"""What a drive of 1,000 frames costs as a city grows: 10,000, 100,000 and 1,000,000 sightings that have found their houses
before.

The city is written by statements, ten sightings to a house, houses 16 m apart on both sides of streets 200 m apart; looks
are few and short. Then a drive passes 500 of its houses, and is placed and identified by the functions of the pipeline.
"""

from __future__ import annotations

import math
import resource
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection, transaction

from bench.identity_city import DIMENSION, Glance, Shot, night, unit
from bench.identity_rows import NIGHT, ORIGIN, make_drive, make_scorer
from bench.site import cpu_s
from server.frames.models import Scorer
from server.houses.identity.identify import identify_drive, worth_comparing

CITIES = (10_000, 100_000, 1_000_000)
OF_A_HOUSE, OF_A_ROW, STEP_M, ROWS_M = 10, 500, 16.0, 200.0
FRAMES = 1000
TIMES = 3


def growth() -> dict[str, float]:
    """Seconds of a drive in the largest city, how the processor time of a sighting grows as the city grows tenfold, and the peak
    of this process in MB, in the largest and in the smallest city."""
    rng = np.random.default_rng(5)
    scorer = make_scorer()
    per_sighting, peaks, seconds = [], [], []
    written = 0
    for sightings in CITIES:
        write_houses(scorer.pk, written // OF_A_HOUSE, sightings // OF_A_HOUSE)
        written = sightings
        taken = [drive_through(scorer, rng) for _ in range(TIMES)]
        seconds.append(min(waited_s for waited_s, _ in taken))
        per_sighting.append(min(worked_s for _, worked_s in taken))
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        told = f"{sightings} sightings: {seconds[-1]:.2f} s, {1000 * per_sighting[-1]:.2f} ms each"
        print(f"{told}, {peaks[-1]:.0f} MB", file=sys.stderr)
    decades = math.log10(CITIES[-1] / CITIES[0])
    return {
        "growth_per_decade": round((per_sighting[-1] / per_sighting[0]) ** (1 / decades), 3),
        "incremental_s": round(seconds[-1], 2),
        "rss_mb": round(peaks[-1]),
        "rss_mb_smallest": round(peaks[0]),
    }


def write_houses(scorer: int, first: int, last: int) -> None:
    """Houses from number `first` to `last`, each with ten sightings of as many frames, and a passage for every sighting."""
    drive, _ = make_drive([], make_scorer(), NIGHT, np.random.default_rng(0))
    camera = drive.cameras.get(key="right")
    footage = drive.footage.get(camera=camera)
    city = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    with connection.cursor() as cursor:
        for start in range(first, last, 10_000):
            told: dict[str, Any] = {
                "first": start, "last": min(start + 10_000, last) - 1, "of_a_house": OF_A_HOUSE, "of_a_row": OF_A_ROW,
                "step_lon": STEP_M / metres_per_degree(), "row_lat": ROWS_M / 111_195.08, "front_lat": 14 / 111_195.08,
                "kerb_lat": 6 / 111_195.08, "lon": ORIGIN[0], "lat": ORIGIN[1], "scorer": scorer, "drive": drive.pk,
                "camera": camera.pk, "footage": footage.pk, "dimension": DIMENSION + 1, "at": NIGHT - timedelta(days=30),
            }  # fmt: skip
            cursor.execute(city, told)
        for table in ("houses_passage", "houses_sighting", "houses_house", "frames_frame", "frames_region"):
            cursor.execute(f"ANALYZE {table}")


def metres_per_degree() -> float:
    return 111_195.08 * math.cos(math.radians(ORIGIN[1]))


def drive_through(scorer: Scorer, rng: np.random.Generator) -> tuple[float, float]:
    """Seconds that the houses of a drive of 1,000 frames took, and seconds of processor per sighting, the database's among
    them, so that other work on the machine does not count; then the drive is forgotten."""
    with transaction.atomic():
        shots = [shot_of(number, rng) for number in range(FRAMES)]
        drive, shown = make_drive(shots, scorer, NIGHT, rng)
        began, worked_s = time.perf_counter(), processor_s()
        worth_comparing(drive, scorer)
        identify_drive(drive, scorer)
        taken = time.perf_counter() - began, (processor_s() - worked_s) / len(shown)
        transaction.set_rollback(True)
    return taken


def processor_s() -> float:
    """Of this process and of the database's that serves it, which runs on the same machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    return time.process_time() + cpu_s(backend)


def shot_of(number: int, rng: np.random.Generator) -> Shot:
    """A frame of the right camera beside a house of the first row, two to a house."""
    house, second = divmod(number, 2)
    camera = np.array([house * STEP_M + rng.normal(0, 2) + 4 * second - 2, rng.normal(0, 2)])
    glance = Glance(house, 0.4, 0.6, night(unit(rng)))
    return Shot(camera, 90 + float(rng.normal(0, 6)), 1, number * 0.5, [glance])
