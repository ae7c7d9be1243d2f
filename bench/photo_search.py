"""Search by photo: how long one takes on a large map, and whether a photo of another evening finds its house.

    ./festivity run python -m bench.photo_search [--vectors 100000] [--seeds 3] [--houses 40]

The time is that of a worker's whole step (claim, decode, network, search, deleting the picture, writing the answer) on a table of
random unit vectors of the embedded backbone's dimension. Recall is taken on rendered streets that are driven on two evenings:
the first is put on the map, and every photo of the second in which a house of the map is lit is searched with. A search is right
where its first house is the one that was drawn at the part of the photo that it is said to be like. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np

from bench.houses import drawn_at, forget_everything, matched, walk
from bench.pipeline import take_in
from bench.site import scratch_site

LOOKS_PER_HOUSE = 10
SEARCHES = 9
NIGHT = datetime(2026, 12, 5, 20, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """One photo of the second evening: whether its first house, and one of its first five, was right; `likeness` of the first."""

    first: bool
    in_five: bool
    likeness: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vectors", type=int, default=100_000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--houses", type=int, default=40)
    arguments = parser.parse_args()
    with scratch_site(), tempfile.TemporaryDirectory() as folder:
        asked: list[Asked] = []
        photo = Path()
        for seed in range(100, 100 + arguments.seeds):
            evenings = Path(folder) / str(seed)
            found = ask_of_street(seed, arguments.houses, evenings)
            photo = next(iter(sorted((evenings / "drive_2" / "photos").glob("*.jpg"))[40:]))
            print(f"seed {seed}: {len(found)} photos, {figures(found)}", file=sys.stderr)
            asked += found
            forget_everything()
        times = time_searches(arguments.vectors, photo)
    print(json.dumps({"photos": len(asked), **figures(asked), "vectors": arguments.vectors, **times}))


def figures(asked: list[Asked]) -> dict[str, float]:
    return {
        "recall_at_1": round(mean(one.first for one in asked), 3),
        "recall_at_5": round(mean(one.in_five for one in asked), 3),
        "answered_share": round(mean(one.likeness > 0 for one in asked), 3),
    }


def ask_of_street(seed: int, houses: int, folder: Path) -> list[Asked]:
    """One evening onto the map, and every photo of the other one asked about."""
    from ml.tools.render import Plan, render_drives

    first, second = render_drives(folder, Plan(seed=seed, houses=houses), drives=2)
    walk(sorted((folder / "drive_1" / "photos").glob("*.jpg")))
    drawn = drawn_houses(first)
    on_map = set(drawn.values())
    shown = [frame for frame in second["frames"] if on_map & lit_houses(frame)]
    return [asked_about(folder / "drive_2" / "photos" / frame["photo"], frame, drawn) for frame in shown]


def drawn_houses(evening: dict[str, Any]) -> dict[str, int]:
    """Public id of each house of the map → the house that was drawn there, by the majority of its sightings."""
    from server.houses.models import HouseScore

    seen: dict[int, Counter[int | None]] = {}
    for sighting in matched([evening]):
        seen.setdefault(sighting.given, Counter())[sighting.drawn] += 1
    names = dict(HouseScore.objects.values_list("house_id", "house__public_id"))
    most = {names[given]: counted.most_common(1)[0][0] for given, counted in seen.items() if given in names}
    return {name: drawn for name, drawn in most.items() if drawn is not None}


def lit_houses(frame: dict[str, Any]) -> set[int]:
    """The houses whose light takes a thousandth of the frame or more."""
    return {house["house"] for house in frame["houses"] if house["festive_share"] >= 0.001}


def asked_about(photo: Path, frame: dict[str, Any], drawn: dict[str, int]) -> Asked:
    matches = look_for(photo).matches[:5]
    right = [drawn.get(match["house"]) == drawn_at(match["crop"], frame["houses"]) for match in matches]
    return Asked(right[:1] == [True], any(right), matches[0]["likeness"] if matches else 0.0)


def look_for(photo: Path) -> Any:
    """A whole search, as a worker runs it."""
    from django.core.files.base import File

    from server.search.models import Asker, PhotoSearch
    from server.search.services import ask_by_photo
    from workers import looking

    PhotoSearch.objects.all().delete()
    with photo.open("rb") as stream:
        search = ask_by_photo(asker=Asker(visitor="bench"), picture=File(stream))
    looking.look_for(search.pk)
    search.refresh_from_db()
    return search


def time_searches(vectors: int, photo: Path) -> dict[str, Any]:
    """Seconds of the first search after the map has changed, the median of those after it, and what the index took, once."""
    from django.conf import settings

    from server.houses.models import House
    from workers import region_index
    from workers.scoring import working_scorer

    with tempfile.TemporaryDirectory() as folder:
        settings.SEARCH_INDEX = Path(folder)
        fill_map(vectors, photo)
        start = time.perf_counter()
        region_index.catch_up(working_scorer())
        indexed_s, took = time.perf_counter() - start, []
        look_for(photo)
        House.objects.filter(pk=House.objects.order_by("pk").values("pk")[:1]).update(hidden=True)
        for _ in range(1 + SEARCHES):
            start = time.perf_counter()
            look_for(photo)
            took.append(time.perf_counter() - start)
    times = {"search_s": median(took[1:]), "first_search_s": took[0], "index_s": indexed_s}
    return {name: round(seconds, 3) for name, seconds in times.items()}


def fill_map(vectors: int, photo: Path) -> None:
    """A table of random vectors: ten regions for each house, ten houses for each frame."""
    from django.contrib.gis.geos import Point

    from server.frames.models import Frame, Region
    from server.houses.models import House, HouseScore, Sighting
    from server.houses.services import ensure_season
    from workers.scoring import network, working_scorer

    scorer, season = working_scorer(), ensure_season(NIGHT.date())
    footage = take_in([photo], "many").footage.get()
    footage.camera = footage.drive.cameras.create(side="left", mount_angle_deg=-90)
    where = Point(24.9, 60.2, srid=4326)
    common = {
        "drive": footage.drive,
        "camera": footage.camera,
        "footage": footage,
        "width": 800,
        "height": 450,
    }
    placed = {"device_at": NIGHT, "captured_at": NIGHT, "position": where}
    frames = Frame.objects.bulk_create(
        Frame(at_ms=number, **common, **placed) for number in range(vectors // LOOKS_PER_HOUSE)
    )
    houses = House.objects.bulk_create(House(position=where, facing_deg=0) for _ in frames)
    HouseScore.objects.bulk_create(
        HouseScore(house=house, scorer=scorer, season=season, festivity=0.1, frames=1) for house in houses
    )
    rows = unit_rows(vectors, network().card.dimension)
    known = {"scorer": scorer, "box": [0.1, 0.1, 0.9, 0.9], "festivity": 0.5, "share": 0.1}
    regions = Region.objects.bulk_create(
        (
            Region(frame=frames[row // LOOKS_PER_HOUSE], index=row % LOOKS_PER_HOUSE, vector=vector, **known)
            for row, vector in enumerate(rows)
        ),
        batch_size=5000,
    )
    seen = {"scorer": scorer, "side": "left", "position": where, "bearing_deg": 0.0, "facing_deg": 0.0}
    Sighting.objects.bulk_create(
        (
            Sighting(region=region, frame=region.frame, house=houses[row // LOOKS_PER_HOUSE], **seen)
            for row, region in enumerate(regions)
        ),
        batch_size=5000,
    )


def unit_rows(count: int, dimension: int) -> list[bytes]:
    """Random vectors of length 1 in half precision, as the score stage stores them."""
    rows = np.random.default_rng(1).standard_normal((count, dimension))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return [row.tobytes() for row in rows.astype(np.float16)]


if __name__ == "__main__":
    main()
