"""Are the houses that are found the houses that stand there? On rendered drives, whose truth is known.

    ./festivity run python -m bench.houses [--seeds 3] [--houses 40]

Renders drives, takes them through the pipeline, and compares each sighting's house with the house that the renderer drew
there: B-cubed precision, recall and F1 (Bagga & Baldwin 1998), beside the same sightings grouped by distance alone. Each
street is driven on two evenings, so that the second has to find the houses of the first again. The last line is one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

from bench.pipeline import take_in
from bench.site import scratch_site

Box = Sequence[float]
NEAR_M = 15.0


@dataclass(frozen=True)
class Matched:
    """A sighting with the house that was drawn there (None where nothing festive was) and the house it was given."""

    sighting: Any
    drawn: int | None
    given: int
    off_m: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--houses", type=int, default=40)
    arguments = parser.parse_args()
    streets: list[dict[str, float]] = []
    with scratch_site(), tempfile.TemporaryDirectory() as folder:
        for seed in range(100, 100 + arguments.seeds):
            streets.append(measure(seed, arguments.houses, Path(folder) / str(seed)))
            print(f"seed {seed}: {streets[-1]}", file=sys.stderr)
            forget_everything()
    print(json.dumps({key: round(mean(street[key] for street in streets), 3) for key in streets[0]}))


def measure(seed: int, houses: int, folder: Path) -> dict[str, float]:
    from ml.tools.render import Plan, render_drives

    evenings = render_drives(folder, Plan(seed=seed, houses=houses), drives=2)
    for evening in (1, 2):
        walk(sorted((folder / f"drive_{evening}" / "photos").glob("*.jpg")))
    found = matched(evenings)
    shown = [match for match in found if match.drawn is not None]
    drawn = [match.drawn for match in shown]
    decorated = {house["id"] for house in evenings[0]["houses"] if house["decorated"]}
    return {
        **bcubed("bcubed", drawn, [match.given for match in shown]),
        **bcubed("bcubed_distance_alone", drawn, by_distance([match.sighting for match in shown])),
        "found_share": len(decorated & set(drawn)) / len(decorated),
        "spurious_share": 1 - len(shown) / max(len(found), 1),
        "position_median_m": median(match.off_m for match in shown),
        "houses_per_drawn_house": len({match.given for match in shown}) / max(len(set(drawn)), 1),
    }


def walk(photos: list[Path]) -> None:
    """Takes one evening through the pipeline in this process; where it asks about its cameras, they are as their names say."""
    from server.drives.services import submit_drive
    from workers import pipeline

    drive = take_in(photos, "evening")
    submit_drive(drive=drive)
    while run := drive.stage_runs.open().order_by("pk").first():
        pipeline.run_stage(run.pk)
        answer(drive)


def answer(drive: Any) -> None:
    """One answer after another, as long as the drive waits for one."""
    from server.drives.cameras.answers import say

    for camera in drive.cameras.all():
        drive.refresh_from_db()
        if drive.failure:
            say(camera, side=camera.side, offset_ms=0)


def forget_everything() -> None:
    from server.drives.models import Drive
    from server.houses.models import House, Sighting

    Sighting.objects.all().delete()
    House.objects.all().delete()
    Drive.objects.all().delete()


def matched(evenings: list[dict[str, Any]]) -> list[Matched]:
    from server.houses.models import Sighting

    houses = {house["id"]: house for house in evenings[0]["houses"]}
    sightings = Sighting.objects.exclude(house=None).select_related(
        "region", "frame__footage", "frame__drive"
    )
    drives = sorted({sighting.frame.drive_id for sighting in sightings})
    found = []
    for sighting in sightings.order_by("pk"):
        evening = evenings[drives.index(sighting.frame.drive_id)]
        frame = next(frame for frame in evening["frames"] if frame["photo"] == sighting.frame.footage.name)
        drawn = drawn_at(sighting.region.box, frame["houses"])
        off_m = distance_off_m(sighting, houses[drawn]["roadside"]) if drawn is not None else 0.0
        found.append(Matched(sighting, drawn, int(sighting.house_id or 0), off_m))
    return found


def drawn_at(box: Box, houses: list[dict[str, Any]]) -> int | None:
    """The festive house of the frame that overlaps the region most."""
    festive = [house for house in houses if house["festive_share"] > 0 and overlap(box, house["box"]) > 0]
    return max(festive, key=lambda house: overlap(box, house["box"]))["house"] if festive else None


def overlap(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0.0) * max(height, 0.0)


def distance_off_m(sighting: Any, roadside: dict[str, float]) -> float:
    from server.drives.track import Fix, distance_m

    at = sighting.frame.captured_at
    place = Fix(at, sighting.position.x, sighting.position.y)
    return distance_m(place, Fix(at, roadside["lon"], roadside["lat"]))


def by_distance(sightings: list[Any]) -> list[int]:
    """The baseline: sightings within 15 m of one another hang together, whatever they show (single linkage)."""
    import shapely

    from server.houses.identity.passages import places_m

    reach = shapely.union_all(shapely.buffer(shapely.points(places_m(sightings)), NEAR_M / 2))
    clumps = shapely.STRtree(shapely.get_parts(reach))
    return [int(clumps.nearest(shapely.Point(place))) for place in places_m(sightings)]


def bcubed(name: str, truth: Sequence[Hashable], given: Sequence[Hashable]) -> dict[str, float]:
    """Mean over the elements of the share of their group (of their class) that is of their class (in their group)."""
    both, ours, theirs = Counter(zip(truth, given, strict=True)), Counter(given), Counter(truth)
    precision = sum(count * count / ours[g] for (_, g), count in both.items()) / len(truth)
    recall = sum(count * count / theirs[t] for (t, _), count in both.items()) / len(truth)
    return {
        f"{name}_precision": precision,
        f"{name}_recall": recall,
        f"{name}_f1": 2 * precision * recall / (precision + recall),
    }


if __name__ == "__main__":
    main()
