"""Search by click: do the houses come first that have the kind of thing that was clicked, and how long does it take?

    ./festivity run python -m bench.search_click [--seeds 2] [--houses 50] [--regions 100000]

Streets are rendered; of each part of each house (a snowman, icicles, a string along the roof) the best view is clicked once.
Right are the other houses with a part of that kind. `map_click` is the mean average precision of their places among all
decorated houses by the thing's patches, `map_box` with the true box in place of the click, `map_prototypes` by the first of the
two stages alone, `map_cls` by the CLS vector of the whole region that was clicked, and `map_chance` in random order.
`click_search_s` is a worker's whole step (median of 7) on a table of 100,000 regions, `index_s` what it took to index them. The
last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np

from bench.photo_search import fill_map
from bench.rendered_parts import Part, best_views, parts_by_house
from bench.site import scratch_site
from ml.packing import load_packing
from ml.pictures import read_picture
from ml.scorer import Scorer, load_scorer
from ml.stored import read, token_grids
from ml.tools.kept import kept
from ml.tools.render import Plan, render_drive
from ml.tools.search.things import Wanted, centre_of, coarse_likeness, likeness, prototypes
from ml.tools.segment import SegmentError
from ml.tools.segment.thing import patches_in, thing_at
from ml.types import Floats, ScoredImage
from ml.vectors import of_length_one

DECORATED = 0.85
LEAST_FESTIVE = 0.2
SEARCHES = 7
WITH_PATCHES = 2000
Scores = dict[int, float]


@dataclass(frozen=True)
class Known:
    """A region of a street: its frame, box, house as drawn, CLS vector, kept patches (n, D) and their prototypes."""

    frame: int
    box: tuple[float, float, float, float]
    house: int
    vector: Floats
    patches: Floats
    small: Any


@dataclass(frozen=True)
class Street:
    regions: list[Known]
    kinds: dict[int, set[str]]
    clicks: list[Part]
    scored: list[ScoredImage]
    centre: Floats
    typical: Floats


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--houses", type=int, default=50)
    parser.add_argument("--regions", type=int, default=100_000)
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.seeds, arguments.houses, arguments.regions)))


def measure(seeds: int = 2, houses: int = 50, regions: int = 100_000) -> dict[str, Any]:
    found: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(300, 300 + seeds):
            out = Path(folder) / str(seed)
            street = street_of(
                Plan(seed=seed, houses=houses, decorated=DECORATED), out, load_scorer(threads=1)
            )
            found.append(precisions(street, seed))
            print(f"seed {seed}: {len(street.clicks)} clicks, {found[-1]}", file=sys.stderr)
        photo = next(iter(sorted((out / "photos").glob("*.jpg"))[20:]))
        times = time_clicks(regions, photo, street)
    clicks = sum(one.pop("clicks") for one in found)
    return {
        "clicks": int(clicks),
        **{key: round(mean(one[key] for one in found), 3) for key in found[0]},
        **times,
    }


def street_of(plan: Plan, folder: Path, network: Scorer) -> Street:
    truth = render_drive(folder, plan)
    parts = parts_by_house(plan)
    regions, scored = [], []
    for number, frame in enumerate(truth["frames"]):
        picture = read_picture(folder / "photos" / frame["photo"])
        scored += network.score([picture])
        for region in scored[-1].regions:
            content = network.region_patches(picture, region)
            house = house_at(region.box, frame["houses"])
            if content and house in parts:
                display = kept(content, region.vector)
                patches = display.grid[display.seen]
                regions.append(Known(number, region.box, house, region.vector, patches, prototypes(patches)))
    return Street(
        regions=regions,
        kinds={house: set(found) for house, found in parts.items()},
        clicks=best_views(folder, plan, truth, parts),
        scored=scored,
        centre=centre_of(np.stack([region.small for region in regions])),
        typical=np.mean([region.vector for region in regions], axis=0),
    )


def house_at(box: tuple[float, float, float, float], houses: list[dict[str, Any]]) -> int:
    """The lit house whose box has most of this one in it; 0 without any."""

    def common(house: dict[str, Any]) -> float:
        x0, y0, x1, y1 = house["box"]
        return float(max(0, min(x1, box[2]) - max(x0, box[0])) * max(0, min(y1, box[3]) - max(y0, box[1])))

    lit = [house for house in houses if house["festive_share"] > 0]
    return int(max(lit, key=common)["house"]) if lit else 0


def precisions(street: Street, seed: int) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    ways: dict[str, Callable[[Part], Scores]] = {
        "map_click": partial(by_patches, street, boxed=False),
        "map_box": partial(by_patches, street, boxed=True),
        "map_prototypes": partial(by_patches, street, boxed=False, whole=False),
        "map_cls": partial(by_cls, street),
        "map_chance": lambda part: {region.house: float(rng.random()) for region in street.regions},
    }
    asked = [part for part in street.clicks if right_ones(street, part)]
    found = {name: mean(precision(street, part, way(part)) for part in asked) for name, way in ways.items()}
    return {"clicks": len(asked), **{name: round(value, 3) for name, value in found.items()}}


def right_ones(street: Street, part: Part) -> set[int]:
    on_map = {region.house for region in street.regions} - {part.house}
    return {house for house in on_map if part.kind in street.kinds[house]}


def precision(street: Street, part: Part, scores: Scores) -> float:
    """Average precision of the right houses; a click that nothing came of counts as 0."""
    right = right_ones(street, part)
    ranked = sorted((house for house in scores if house != part.house), key=lambda house: -scores[house])
    places = [place for place, house in enumerate(ranked, 1) if house in right]
    return sum(hits / place for hits, place in enumerate(places, 1)) / len(right)


def by_patches(street: Street, part: Part, boxed: bool, whole: bool = True) -> Scores:
    seen = street.scored[part.frame]
    grid = of_length_one(token_grids(load_packing(), read(load_packing(), seen.features or b""))[-1])
    shown = seen.festivity_map >= LEAST_FESTIVE
    try:
        box, point = (part.box, None) if boxed else (thing_at(grid, shown, *part.point).box, part.point)
        patches = grid[patches_in(grid, shown, box, point)]
    except SegmentError:
        return {}
    wanted = Wanted.of(patches, street.centre)
    if not whole:
        rough = coarse_likeness(np.stack([region.small for region in street.regions]), wanted)
        return best_of(street, [float(score) for score in rough])
    return best_of(street, [likeness(region.patches, wanted) for region in street.regions])


def by_cls(street: Street, part: Part) -> Scores:
    x, y = part.point
    around = [
        region
        for region in street.regions
        if region.frame == part.frame
        and region.box[0] <= x <= region.box[2]
        and region.box[1] <= y <= region.box[3]
    ]
    if not around:
        return {}
    vectors = of_length_one(np.stack([region.vector for region in street.regions]) - street.typical)
    query = of_length_one(around[0].vector - street.typical)
    return best_of(street, [float(score) for score in vectors @ query])


def best_of(street: Street, scores: list[float]) -> Scores:
    best: Scores = {}
    for region, score in zip(street.regions, scores, strict=True):
        best[region.house] = max(best.get(region.house, -1.0), score)
    return best


def time_clicks(regions: int, photo: Path, street: Street) -> dict[str, float]:
    """Seconds of a worker's whole step among so many regions, of which 2,000 have patches, and are the likest."""
    from django.conf import settings

    with scratch_site(), tempfile.TemporaryDirectory() as folder:
        settings.SEARCH_INDEX = Path(folder)
        from workers import looking, region_index
        from workers.scoring import working_scorer

        fill_map(regions, photo)
        search = asked_in(photo, street)
        start = time.perf_counter()
        region_index.catch_up(working_scorer())
        indexed_s, took = time.perf_counter() - start, []
        for _ in range(1 + SEARCHES):
            asked = search()
            start = time.perf_counter()
            looking.look_for(asked.pk)
            took.append(time.perf_counter() - start)
            asked.refresh_from_db()
            if not asked.matches:
                raise SystemExit(f"The search found nothing: {asked.failure or 'no house is like it'}.")
    return {
        "click_search_s": round(median(took[1:]), 3),
        "first_click_s": round(took[0], 3),
        "index_s": round(indexed_s, 1),
    }


def asked_in(photo: Path, street: Street) -> Callable[[], Any]:
    """Makes a public frame of the photo, gives patches to some of the regions, and returns what begins a search in it."""
    from server.frames.models import Frame, Region
    from server.frames.services import keep_features
    from server.search.models import Asker
    from server.search.services import ask_by_thing
    from workers.scoring import network

    picture = read_picture(photo)
    scored = network().score([picture])[0]
    content = network().region_patches(picture, scored.regions[0])
    frame = Frame.objects.earliest("pk")
    last = Region.objects.order_by("-pk").values_list("pk", flat=True)[:WITH_PATCHES]
    Region.objects.filter(pk__in=list(last)).update(patches=content)
    keep_features(frame, backbone_sha256=network().backbone.sha256, content=scored.features or b"")
    return lambda: ask_by_thing(asker=Asker(visitor="bench"), frame=frame, box=scored.regions[0].box)


if __name__ == "__main__":
    main()
