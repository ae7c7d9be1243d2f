"""What does each kind of evidence do for the houses that are found? On rendered drives with truth, and on labelled real pairs.

    ./festivity run python -m bench.identity_rendered [--first 300] [--seeds 3] [--kept DIR] [--real]

Each street is driven on two evenings and goes through the pipeline once; then its sightings find their houses anew without
some of the evidence. B-cubed F1 over the sightings of festive houses (see `bench.houses`). `--real` needs FESTIVITY_REAL_DATA:
the photos of the labelled pairs go through the pipeline, and a pair counts as joined where both views have one house; and views
of one street by day are told apart by their patches. The last line is one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from bench.houses import bcubed, by_distance, forget_everything, matched, walk
from bench.site import scratch_site


@dataclass(frozen=True)
class Evidence:
    """What houses are found by: `ways` of comparing, CLS vectors, and whether what stands apart in a frame stays apart."""

    ways: tuple[str, ...] = ("match", "follow")
    vectors: bool = True
    apart: bool = True


EVIDENCE = {
    "": Evidence(),
    "_without_match": Evidence(ways=("follow",)),
    "_without_follow": Evidence(ways=("match",)),
    "_cls": Evidence(ways=(), apart=False),
    "_geometry": Evidence(ways=(), vectors=False, apart=False),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--first", type=int, default=300, help="first seed (default: 300, none of those tuned on)"
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--houses", type=int, default=30)
    parser.add_argument("--kept", type=Path, help="folder that keeps the rendered drives for the next run")
    parser.add_argument("--real", action="store_true", help="the labelled real pairs, too")
    arguments = parser.parse_args()
    found: list[dict[str, float]] = []
    with scratch_site(), tempfile.TemporaryDirectory() as folder:
        kept = arguments.kept or Path(folder)
        for seed in range(arguments.first, arguments.first + arguments.seeds):
            found.append(measure(rendered(kept / f"eve{seed}", seed, arguments.houses)))
            print(f"seed {seed}: {found[-1]}", file=sys.stderr)
            forget_everything()
        means = {key: round(mean(street[key] for street in found), 3) for key in found[0]} if found else {}
        if arguments.real:
            from bench.identity_real import joined_pairs
            from bench.identity_views import views_of_a_street

            real = Path(os.environ["FESTIVITY_REAL_DATA"])
            means |= joined_pairs(real, by_evidence) | views_of_a_street(real)
    print(json.dumps(means))


def rendered(folder: Path, seed: int, houses: int) -> Path:
    from ml.tools.render import Plan, render_drives

    if not (folder / "done").exists():
        render_drives(folder, Plan(seed=seed, houses=houses), drives=2)
        (folder / "done").touch()
    return folder


def measure(folder: Path) -> dict[str, float]:
    evenings = [json.loads((folder / f"drive_{number}" / "truth.json").read_text()) for number in (1, 2)]
    for number in (1, 2):
        walk(sorted((folder / f"drive_{number}" / "photos").glob("*.jpg")))
    figures = by_evidence(lambda: judged(evenings))
    shown = [match for match in matched(evenings) if match.drawn is not None]
    drawn = [match.drawn for match in shown]
    return figures | bcubed("bcubed_distance_alone", drawn, by_distance([match.sighting for match in shown]))


def judged(evenings: list[dict[str, Any]]) -> dict[str, float]:
    shown = [match for match in matched(evenings) if match.drawn is not None]
    return bcubed("bcubed", [match.drawn for match in shown], [match.given for match in shown])


def by_evidence(figures: Callable[[], dict[str, float]]) -> dict[str, float]:
    """The figures of the drives that are there, under each kind of evidence, `bcubed_f1_geometry` and the like."""
    found: dict[str, float] = {}
    for suffix, evidence in EVIDENCE.items():
        with found_anew(evidence):
            found |= {f"{key}{suffix}": value for key, value in figures().items()}
    return found


@contextmanager
def found_anew(evidence: Evidence) -> Iterator[None]:
    """All sightings find their houses anew, drive by drive, and all is as it was afterwards."""
    from dataclasses import replace

    from django.db import transaction

    from server.drives.models import Drive
    from server.frames.models import Region
    from server.houses.identity.grouping import RULE
    from server.houses.identity.identify import identify_drive
    from server.houses.models import Comparison, House, Passage, Sighting

    with transaction.atomic():
        Sighting.objects.update(house=None)
        House.objects.all().delete()
        Passage.objects.all().delete()
        Comparison.objects.exclude(way__in=evidence.ways).delete()
        if not evidence.vectors:
            Region.objects.update(vector=b"\0\0" * 192)
        rule = RULE if evidence.apart else replace(RULE, nearly=1.0)
        for drive in Drive.objects.order_by("pk"):
            scorer = Sighting.objects.filter(frame__drive=drive).select_related("scorer").first()
            if scorer:
                identify_drive(drive, scorer.scorer, rule)
        yield
        transaction.set_rollback(True)


def shares(joined: Sequence[bool], same: Sequence[bool]) -> dict[str, float]:
    """Precision, recall and F1 of pairs that were joined."""
    both = sum(one and other for one, other in zip(joined, same, strict=True))
    precision, recall = both / max(sum(joined), 1), both / max(sum(same), 1)
    return {
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "f1": round(2 * precision * recall / max(precision + recall, 1e-9), 3),
    }


if __name__ == "__main__":
    main()
