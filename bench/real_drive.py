"""A real night drive through real workers: is every photo accounted for, and does every lit house have its place?

Needs FESTIVITY_REAL_DATA (the folder that holds `mira_mesa_drive`). Run it with

    ./festivity run python -m bench.real_drive

The reference is another model's opinion, and its houses were placed from inferred positions: it tests the right street and
the right side, not metres. The baseline is the naive one: the share of pixels whose brightness gradient exceeds 0.08. The last
line is one line of JSON.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bench.pipeline import cores, take_in
from bench.site import scratch_site, wait_until_over

LIT = 0.05
REACH_M = 30.0
TURN_DEG = 75.0
TOP = 50


@dataclass(frozen=True)
class Reference:
    """One row of reference.csv: the photo, its house (lon, lat), and the score that an earlier system gave it."""

    image: str
    lon: float
    lat: float
    score: float


def main() -> None:
    if "FESTIVITY_REAL_DATA" not in os.environ:
        sys.exit("Set FESTIVITY_REAL_DATA to the folder of real data.")
    drive_folder = Path(os.environ["FESTIVITY_REAL_DATA"]) / "mira_mesa_drive"
    references = read_references(drive_folder / "reference.csv")
    photos = sorted((drive_folder / "photos").glob("*.jpg"))
    with tempfile.TemporaryDirectory() as folder, scratch_site() as site:
        from server.drives.services import submit_drive

        site.start_workers(cores(), Path(folder) / "workers.log")
        drive = take_in(photos, "Mira Mesa")
        started = time.perf_counter()
        submit_drive(drive=drive)
        wait_until_over(drive)
        seconds = time.perf_counter() - started
        found = accounted(drive) | placed(references) | top_fifty(drive, references, photos)
        found |= {"seconds": round(seconds, 1), "worker_rss_mb": round(site.peak_rss_mb())}
    print(json.dumps({"photos": len(photos), **found}))


def read_references(path: Path) -> list[Reference]:
    with path.open(newline="") as stream:
        return [
            Reference(row["image"], float(row["house_lon"]), float(row["house_lat"]), float(row["peer_max"]))
            for row in csv.DictReader(stream)
        ]


def accounted(drive: Any) -> dict[str, Any]:
    from server.drives.queries import file_counts, frame_counts

    files, frames = file_counts(drive), frame_counts(drive)
    return {
        "frames": frames.frames,
        "scored": frames.scored,
        "rejected": files.rejected,
        "accounted": frames.scored + files.rejected,
        "houses": frames.houses,
    }


def placed(references: list[Reference]) -> dict[str, Any]:
    """Of the reference's lit houses, the share that has a house of ours within 30 m on the same side of the road."""
    from django.contrib.gis.geos import Point
    from django.contrib.gis.measure import D

    from server.drives.track import Fix, bearing_deg
    from server.frames.models import Frame
    from server.houses.models import House

    lit = [reference for reference in references if reference.score >= LIT]
    near, right_side = 0, 0
    for reference in lit:
        place = Point(reference.lon, reference.lat, srid=4326)
        houses = list(
            House.objects.visible()
            .filter(scores__isnull=False, position__dwithin=(place, D(m=REACH_M)))
            .distinct()
        )
        frame = Frame.objects.get(footage__name=reference.image)
        if frame.position is None:
            continue
        camera = Fix(frame.captured_at, frame.position.x, frame.position.y)
        toward_deg = bearing_deg(camera, Fix(frame.captured_at, reference.lon, reference.lat))
        near += bool(houses)
        right_side += any(
            abs((house.facing_deg - toward_deg + 180) % 360 - 180) <= TURN_DEG for house in houses
        )
    return {
        "lit_houses": len(lit),
        "near_share": round(near / len(lit), 3),
        "placed_share": round(right_side / len(lit), 3),
    }


def top_fifty(drive: Any, references: list[Reference], photos: list[Path]) -> dict[str, Any]:
    """How many of the reference's top 50 photos are among the drive's top 50, by festivity and by edge count."""
    from server.frames.models import FrameScore

    ranked = (
        FrameScore.objects.filter(frame__drive=drive)
        .order_by("-festivity")
        .values_list("frame__footage__name", flat=True)
    )
    by_edges = sorted(photos, key=edge_share, reverse=True)
    best = {reference.image for reference in sorted(references, key=lambda reference: -reference.score)[:TOP]}
    return {
        "top50_festivity": len(best & set(ranked[:TOP])),
        "top50_edges": len(best & {photo.name for photo in by_edges[:TOP]}),
    }


def edge_share(photo: Path) -> float:
    with Image.open(photo) as image:
        brightness = np.asarray(image.convert("L"), np.float32) / 255
    down, across = np.gradient(brightness)
    return float((np.hypot(down, across) > 0.08).mean())


if __name__ == "__main__":
    main()
