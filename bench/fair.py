"""Does a house score the same from near and from far, often and seldom seen? On rendered drives, whose truth is known.

    ./festivity run python -m bench.fair [--seeds 7] [--houses 26] [--first 700]

Renders streets in turn with fronts 3 to 18 m and 6 to 9.5 m behind the pavement and a photo every 4, 6, 9 or 12 m, each
driven on two evenings, spoils a third of the second evening's photos, and takes them through the pipeline. The truth is the
festive area (with its margin of light) of each house alone, in a picture drawn from 14 m, square on, with a field of 67°.

The points that are published are set beside the mean of each house's three best frames, which ranked before, fair festivity,
and the square metres of lit front; once with all frames, and once with one to eight of each house by lot (`few_…`, mean of
ten lots). `covered` is how often the interval of the first evening holds the points of the second. The last line is one line
of JSON; Spearman's figures are means over the streets, `pooled_…` those of all houses at once.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np

from bench.houses import Matched, forget_everything, matched, walk
from bench.site import scratch_site
from bench.spoiling import spoil

STREETS = (
    (6.0, (3.0, 18.0)),
    (4.0, (3.0, 18.0)),
    (9.0, (3.0, 18.0)),
    (6.0, (6.0, 9.5)),
    (9.0, (6.0, 9.5)),
    (4.0, (6.0, 9.5)),
    (12.0, (3.0, 18.0)),
)
"""Metres between photos, and between the pavement and the fronts, at least and at most."""
EYE_M, PITCH_DEG, SIGHT_M = 1.35, 3.0, 60.0
SPOILT, FEW, LOTS = 0.3, (1, 2, 3, 5, 8), 10


@dataclass(frozen=True)
class Seen:
    """A drawn house: its true share of the reference picture and distance beside the way, and what each formula says of it."""

    truth: float
    line_m: float
    found_line_m: float
    said: dict[str, float]
    few: dict[str, tuple[float, ...]]
    covered: bool | None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=7)
    parser.add_argument("--first", type=int, default=700)
    parser.add_argument("--houses", type=int, default=26)
    arguments = parser.parse_args()
    streets: list[list[Seen]] = []
    with scratch_site(), tempfile.TemporaryDirectory() as folder:
        for seed in range(arguments.first, arguments.first + arguments.seeds):
            streets.append(measure(seed, arguments.houses, Path(folder) / str(seed)))
            print(f"seed {seed}: {figures_of(streets[-1:])}", file=sys.stderr)
            forget_everything()
    print(json.dumps({"streets": len(streets), **figures_of(streets)}))


def measure(seed: int, houses: int, folder: Path) -> list[Seen]:
    from ml.tools.render import Plan, render_drives

    spacing_m, setback_m = STREETS[seed % len(STREETS)]
    plan = Plan(seed=seed, houses=houses, decorated=0.6, spacing_m=spacing_m, setback_m=setback_m)
    evenings = render_drives(folder, plan, drives=2)
    for evening in (1, 2):
        photos = sorted((folder / f"drive_{evening}" / "photos").glob("*.jpg"))
        spoil(photos if evening == 2 else [], SPOILT, np.random.default_rng(seed))
        walk(photos)
    return list(houses_seen(matched(evenings), reference_shares(plan), lines_m(plan)))


def figures_of(streets: Sequence[Sequence[Seen]]) -> dict[str, float]:
    """Spearman with the truth by each formula, of all frames and of few."""
    everyone = [house for street in streets for house in street]
    found: dict[str, float] = {"houses": len(everyone)}
    for name in FORMULAE:
        found[f"spearman_{name}"] = mean(ranks_alike([(h.said[name], h.truth) for h in s]) for s in streets)
        found[f"pooled_{name}"] = ranks_alike([(house.said[name], house.truth) for house in everyone])
        found[f"few_{name}"] = mean(
            ranks_alike([(house.few[name][lot], house.truth) for house in street])
            for street in streets
            for lot in range(LOTS)
        )
    found["spearman_distance"] = mean(ranks_alike([(h.found_line_m, h.line_m) for h in s]) for s in streets)
    found["distance_off"] = median(abs(math.log(one.found_line_m / one.line_m)) for one in everyone)
    told = [one.covered for one in everyone if one.covered is not None]
    found["covered"] = float(np.mean(told)) if told else math.nan
    return {name: round(value, 3) for name, value in found.items()}


def ranks_alike(pairs: Sequence[tuple[float, float]]) -> float:
    """Spearman's correlation."""
    from ml.metrics import spearman

    one, other = np.array(pairs).T
    return spearman(one, other)


def reference_shares(plan: Any) -> dict[int, float]:
    """The festive share of each house alone, in a picture of the reference: square on, from 14 m, with a field of 67°."""
    from ml.tools.render.camera import aim
    from ml.tools.render.draw import Shot, take_picture
    from ml.tools.render.world import build_world
    from ml.truth import festive_area
    from server.houses.placing.fronts import REFERENCE_FIELD_DEG, REFERENCE_M

    world, shares = build_world(plan), {}
    for house in (lot.house for lot in world.lots if lot.house.decorated):
        out = math.radians(house.out_deg)
        east, north = math.sin(out) * REFERENCE_M, math.cos(out) * REFERENCE_M
        eye = np.array([house.east_m + east, house.north_m + north, EYE_M])
        camera = aim(eye, (house.out_deg + 180) % 360, PITCH_DEG, 0.0, REFERENCE_FIELD_DEG)
        scene, phone = world.scene.near(eye, SIGHT_M), world.phones["left"]
        picture = take_picture(scene, camera, phone, Shot(), np.random.default_rng(plan.seed))
        own = picture.mask & (picture.houses == house.number)
        shares[house.number] = float(festive_area(own).mean())
    return shares


def lines_m(plan: Any) -> dict[int, float]:
    """Metres from the car's lane to each house's front, at right angles to the road."""
    from ml.tools.render.lot import KERB_M, LANE_M
    from ml.tools.render.world import build_world

    return {
        lot.house.number: lot.house.setback_m + KERB_M + (LANE_M if lot.side == "left" else -LANE_M)
        for lot in build_world(plan).lots
    }


def houses_seen(
    found: Sequence[Matched], shares: dict[int, float], lines: dict[int, float]
) -> Iterable[Seen]:
    """Each decorated house that was drawn, as the house with most sightings of it was scored."""
    of_house: dict[int, list[Matched]] = defaultdict(list)
    for match in found:
        of_house[match.given].append(match)
    of_drawn: dict[int, list[Matched]] = {}
    for matches in of_house.values():
        votes = Counter(match.drawn for match in matches if match.drawn in shares)
        drawn = votes.most_common(1)[0][0] if votes else None
        if drawn is not None and len(matches) > len(of_drawn.get(drawn, ())):
            of_drawn[drawn] = matches
    for drawn, matches in of_drawn.items():
        yield scored(matches, shares[drawn], lines[drawn])


def scored(matches: Sequence[Matched], truth: float, line_m: float) -> Seen:
    """What the formulae say of one house, without the limit below which no score is published."""
    sightings = [match.sighting for match in matches]
    rng = np.random.default_rng(len(sightings))
    frames = sorted({one.frame_id for one in sightings})
    lots = [set(rng.permutation(frames)[: int(rng.choice(FEW))].tolist()) for _ in range(LOTS)]
    few = [[one for one in sightings if one.frame_id in lot] for lot in lots]
    return Seen(
        truth=truth,
        line_m=line_m,
        found_line_m=median(line_of(one) for one in sightings),
        said={name: formula(sightings) for name, formula in FORMULAE.items()},
        few={name: tuple(formula(some) for some in few) for name, formula in FORMULAE.items()},
        covered=covered(sightings),
    )


def covered(sightings: Sequence[Any]) -> bool | None:
    """Whether the interval of the first evening holds the points of the second; None where either saw the house too seldom."""
    drives = sorted({one.frame.drive_id for one in sightings})
    if len(drives) < 2:
        return None
    first, second = ([one for one in sightings if one.frame.drive_id == drive] for drive in drives[:2])
    counted = brighter_half(clear(second))
    if len(counted) < 2:
        return None
    low, high = interval(first)
    return low <= points(second) <= high


def line_of(sighting: Any) -> float:
    """Metres beside the way."""
    from server.houses.placing.roadside import SHALLOWEST

    off = math.cos(math.radians(sighting.bearing_deg - sighting.facing_deg))
    return float(sighting.distance_m * max(off, SHALLOWEST))


def weighed(sighting: Any) -> float:
    from server.houses.worth.formula import WORTH

    return float(sighting.share_at_reference * math.sqrt(WORTH.reference_m / line_of(sighting)))


def clear(sightings: Sequence[Any]) -> list[float]:
    """What each frame says by the published formula, of the frames that count."""
    from server.houses.worth.formula import WORTH

    sharp = [
        one for one in sightings if one.frame.sharpness >= WORTH.smeared and one.frame.exposure >= WORTH.dark
    ]
    return by_frame((one, weighed(one)) for one in sharp or sightings)


def points(sightings: Sequence[Any]) -> float:
    """The festivity that ranks, as `publish_scores.sql` has it."""
    from server.houses.worth.formula import WORTH

    counted = brighter_half(clear(sightings))
    missing = max(3 - len(counted), 0) * WORTH.thin
    return (sum(counted) + missing * least_decorated()) / (len(counted) + missing)


def interval(sightings: Sequence[Any]) -> tuple[float, float]:
    from server.houses.worth.formula import WORTH

    counted = brighter_half(clear(sightings))
    number = len(counted)
    own = float(np.var(np.log(np.maximum(counted, 1e-6)), ddof=1)) if number > 1 else 0.0
    within = (WORTH.known * WORTH.usual + own * (number - 1)) / (WORTH.known + number - 1) / number
    spread = math.exp(1.28 * math.sqrt(WORTH.between + within))
    said = points(sightings)
    return said / spread, said * spread


def least_decorated() -> float:
    from server.frames.models import Scorer
    from server.frames.points import house_limits

    return house_limits(Scorer.objects.get(live=True).card)["some"]


def by_frame(shares: Iterable[tuple[Any, float]]) -> list[float]:
    total: dict[int, float] = defaultdict(float)
    for sighting, share in shares:
        total[sighting.frame_id] += share
    return list(total.values())


def brighter_half(shares: list[float]) -> list[float]:
    return sorted(shares, reverse=True)[: (len(shares) + 1) // 2]


def three_best(sightings: Sequence[Any]) -> float:
    shares = by_frame((one, one.region.share) for one in sightings)
    return mean(sorted(shares, reverse=True)[:3])


def fair(sightings: Sequence[Any]) -> float:
    return median(brighter_half(by_frame((one, one.share_at_reference) for one in sightings)))


def lit_m2(sightings: Sequence[Any]) -> float:
    return median(brighter_half(by_frame((one, one.lit_m2) for one in sightings)))


FORMULAE: dict[str, Callable[[Sequence[Any]], float]] = {
    "points": points,
    "three_best": three_best,
    "fair": fair,
    "lit_m2": lit_m2,
}


if __name__ == "__main__":
    main()
