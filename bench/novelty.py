"""Do displays of rare kinds rank high by novelty? On rendered streets whose recipes are known.

    ./festivity run python -m bench.novelty [--seeds 2] [--houses 30] [--first 900]

Renders streets where five of six displays are of two common kinds (warm white along the roof; a coloured roof and garage)
and one of six is of a kind of its own (figures on the lawn, floods and projectors, arches in the odder colours), drives each
on two evenings, takes both through the pipeline, and asks whether the rare ones are more novel: the area under the curve of
novelty, beside that of festivity. It also times the comparison of a city of 100,000 displays, in which 200 change. The last
line is one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from bench.houses import Matched, forget_everything, matched, walk
from bench.site import scratch_site

COMMON = (("eaves", "icicles"), "warm"), (("eaves", "garage"), "multi")
RARE = (
    (("flood", "inflatable"), "purple"),
    (("projector", "snowman", "deer"), "green"),
    (("wreath", "arch", "canes"), "red"),
    (("permanent", "cone", "star"), "blue"),
    (("windows", "inflatable", "arch"), "pink"),
)
RARE_EVERY = 6
DISPLAYS, CHANGED, DIMENSION = 100_000, 200, 192


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--first", type=int, default=900)
    parser.add_argument("--houses", type=int, default=30)
    arguments = parser.parse_args()
    found: list[dict[str, float]] = []
    with scratch_site(), tempfile.TemporaryDirectory() as folder:
        for seed in range(arguments.first, arguments.first + arguments.seeds):
            found.append(measure(seed, arguments.houses, Path(folder) / str(seed)))
            print(f"seed {seed}: {found[-1]}", file=sys.stderr)
            forget_everything()
        figures = {key: round(float(np.mean([street[key] for street in found])), 3) for key in found[0]}
    print(json.dumps({"streets": len(found), **figures, **speed()}))


def is_rare(recipe: int) -> bool:
    return recipe % RARE_EVERY == 0


def given_recipe(seed: int, number: int, fewest: int = 1) -> Any:
    """In place of the renderer's own lot: a common kind, or one of its own for every sixth."""
    from ml.tools.render.colour import PALETTES
    from ml.tools.render.display import draw_recipe

    drawn = draw_recipe(seed, number, fewest)
    rare = RARE[number // RARE_EVERY % len(RARE)]
    parts, colour = rare if is_rare(number) else COMMON[number % len(COMMON)]
    names = list(PALETTES)
    palette = next((name for name in names if colour in name), names[number % len(names)])
    return type(drawn)(parts, palette, palette, drawn.spacing_m, drawn.bulb_cd, drawn.seed)


def measure(seed: int, houses: int, folder: Path) -> dict[str, float]:
    from ml.metrics import spearman
    from ml.tools.render import Plan, render_drives
    from ml.tools.render.world import build_world
    from server.frames.models import Scorer
    from server.houses.models import HouseScore

    plan = Plan(seed=seed, houses=houses, decorated=0.9)
    with patch("ml.tools.render.world.draw_recipe", given_recipe):
        evenings = render_drives(folder, plan, drives=2)
        kinds = {lot.house.number: is_rare(lot.house.recipe) for lot in build_world(plan).lots}
    for evening in (1, 2):
        walk(sorted((folder / f"drive_{evening}" / "photos").glob("*.jpg")))
    drawn = drawn_houses(matched(evenings))
    scores = list(HouseScore.objects.filter(scorer=Scorer.objects.get(live=True), novelty__isnull=False))
    rare = np.array([kinds[drawn[score.house_id]] for score in scores if score.house_id in drawn])
    novelty = np.array([score.novelty or 0.0 for score in scores if score.house_id in drawn])
    festivity = np.array([score.festivity for score in scores if score.house_id in drawn])
    return {
        "displays": len(rare),
        "rare": int(rare.sum()),
        "auc_novelty": area_under(novelty, rare),
        "auc_festivity": area_under(festivity, rare),
        "spearman_with_festivity": spearman(novelty, festivity),
        "rare_in_top_fifth": float(rare[np.argsort(-novelty)][: max(1, len(rare) // 5)].mean()),
    }


def drawn_houses(found: list[Matched]) -> dict[int, int]:
    """The drawn house that most sightings of each house show."""
    votes: dict[int, Counter[int]] = defaultdict(Counter)
    for match in found:
        if match.drawn is not None:
            votes[match.given][match.drawn] += 1
    return {house: counts.most_common(1)[0][0] for house, counts in votes.items()}


def area_under(values: np.ndarray[Any, Any], chosen: np.ndarray[Any, Any]) -> float:
    """The chance that a chosen one has the higher value."""
    if chosen.all() or not chosen.any():
        return float("nan")
    return float(np.mean(np.sign(values[chosen][:, None] - values[~chosen][None, :]) / 2 + 0.5))


def speed() -> dict[str, float]:
    """Seconds on one core: 200 of 100,000 displays change; and a block of the comparison of all with all, times their number."""
    from server.houses.worth.likeness import nearest, seen_from, touched

    rng = np.random.default_rng(5)
    kinds = rng.normal(size=(DISPLAYS // 50, DIMENSION))[rng.integers(DISPLAYS // 50, size=DISPLAYS)]
    looks = (kinds + 0.5 * rng.normal(size=(DISPLAYS, DIMENSION))).astype(np.float32)
    displays = seen_from(looks.mean(axis=0), looks)
    sample = np.arange(2048)
    started = time.perf_counter()
    _, reaches = nearest(displays, sample)
    whole_s = (time.perf_counter() - started) * DISPLAYS / len(sample)
    started = time.perf_counter()
    rows = touched(displays, np.full(DISPLAYS, reaches.mean(), np.float32), displays[: 2 * CHANGED])
    nearest(displays, rows)
    return {"change_s": round(time.perf_counter() - started, 2), "whole_s": round(whole_s, 1)}


if __name__ == "__main__":
    main()
