"""Does a house score the same from near and from far? On rendered drives, whose truth is known.

    ./festivity run python -m bench.fair [--seeds 6] [--houses 26] [--first 300] [--setback 3 18]

Renders streets whose fronts stand 3 to 18 m behind the pavement (with `--setback 6 9.5`: as in the demo), each driven on two
evenings with a photo every 4, 6 or 9 m in turn, and takes them through the pipeline. The truth is the festive area (with its
margin of light) of each house alone, in a picture drawn from 14 m, square on, with a field of 67°.

Fair festivity is set beside the mean of each house's three best frames, which ranks, fair festivity with the usual line of
houses in place of measured distances, and the square metres of lit front. The last line is one line of JSON; Spearman's
figures are means over the streets.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np

from bench.houses import Matched, forget_everything, matched, walk
from bench.site import scratch_site

SPACINGS_M = (6.0, 4.0, 9.0)
EYE_M, PITCH_DEG, SIGHT_M = 1.35, 3.0, 60.0
BEST = 3


@dataclass(frozen=True)
class Seen:
    """A drawn house: its true share of the reference picture, its true distance beside the way, and what was found."""

    truth: float
    line_m: float
    fair: float
    plain: float
    unmeasured: float
    lit_m2: float
    found_line_m: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--first", type=int, default=300)
    parser.add_argument("--houses", type=int, default=26)
    parser.add_argument("--setback", type=float, nargs=2, default=(3.0, 18.0))
    arguments = parser.parse_args()
    streets: list[dict[str, float]] = []
    with scratch_site(), tempfile.TemporaryDirectory() as folder:
        for number in range(arguments.seeds):
            seed = arguments.first + number
            spacing_m = SPACINGS_M[number % len(SPACINGS_M)]
            streets.append(
                measure(seed, arguments.houses, tuple(arguments.setback), spacing_m, Path(folder) / str(seed))
            )
            print(f"seed {seed}, a photo every {spacing_m:g} m: {streets[-1]}", file=sys.stderr)
            forget_everything()
    figures = {key: round(mean(street[key] for street in streets), 3) for key in streets[0]}
    wins = sum(street["spearman_fair"] > street["spearman_plain"] for street in streets)
    print(json.dumps({"streets": len(streets), "streets_better": wins, **figures}))


def measure(
    seed: int, houses: int, setback_m: tuple[float, ...], spacing_m: float, folder: Path
) -> dict[str, float]:
    from ml.metrics import spearman
    from ml.tools.render import Plan, render_drives

    plan = Plan(
        seed=seed, houses=houses, decorated=0.6, spacing_m=spacing_m, setback_m=(setback_m[0], setback_m[1])
    )
    evenings = render_drives(folder, plan, drives=2)
    for evening in (1, 2):
        walk(sorted((folder / f"drive_{evening}" / "photos").glob("*.jpg")))
    seen = list(houses_seen(matched(evenings), reference_shares(plan), lines_m(plan)))
    truth = np.array([house.truth for house in seen])
    return {
        "spearman_fair": spearman(np.array([house.fair for house in seen]), truth),
        "spearman_plain": spearman(np.array([house.plain for house in seen]), truth),
        "spearman_unmeasured": spearman(np.array([house.unmeasured for house in seen]), truth),
        "spearman_lit_m2": spearman(np.array([house.lit_m2 for house in seen]), truth),
        "spearman_distance": spearman(
            np.array([house.found_line_m for house in seen]), np.array([house.line_m for house in seen])
        ),
        "distance_off": median(abs(math.log(house.found_line_m / house.line_m)) for house in seen),
        "distance_off_unmeasured": median(abs(math.log(14 / house.line_m)) for house in seen),
        "houses": len(seen),
    }


def reference_shares(plan: Any) -> dict[int, float]:
    """The festive share of each house alone, in a picture of the reference: square on, from 14 m, with a field of 67°."""
    from ml.tools.render.camera import aim
    from ml.tools.render.draw import Shot, take_picture
    from ml.tools.render.world import build_world
    from ml.truth import festive_area
    from server.houses.fronts import REFERENCE_FIELD_DEG, REFERENCE_M

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
    """The scores of one house by the three formulae, without the limit below which no score is published."""
    from server.houses.distances import seen_beside
    from server.houses.fronts import REFERENCE_M

    sightings = [match.sighting for match in matches]
    lines = [one.distance_m * seen_square(one) for one in sightings]
    return Seen(
        truth=truth,
        line_m=line_m,
        fair=middle_of_brighter_half(by_frame((one, one.share_at_reference) for one in sightings)),
        plain=mean(sorted(by_frame((one, one.region.share) for one in sightings), reverse=True)[:BEST]),
        unmeasured=middle_of_brighter_half(
            by_frame((one, seen_beside(one, REFERENCE_M).share_at_reference) for one in sightings)
        ),
        lit_m2=middle_of_brighter_half(by_frame((one, one.lit_m2) for one in sightings)),
        found_line_m=median(lines),
    )


def seen_square(sighting: Any) -> float:
    from server.houses.placing import SHALLOWEST

    return max(math.cos(math.radians(sighting.bearing_deg - sighting.facing_deg)), SHALLOWEST)


def by_frame(shares: Iterable[tuple[Any, float]]) -> list[float]:
    total: dict[int, float] = defaultdict(float)
    for sighting, share in shares:
        total[sighting.frame_id] += share
    return list(total.values())


def middle_of_brighter_half(shares: list[float]) -> float:
    """As `publish_scores.sql` has it."""
    return median(sorted(shares, reverse=True)[: (len(shares) + 1) // 2])


if __name__ == "__main__":
    main()
