"""How well does a mask drawn by clicks lie on the same display in the next frames? On rendered streets with truth.

    ./festivity run python -m bench.carrying [--seeds 11 5] [--houses 12] [--frames 3]

Of every display that fills 1 % of a frame, three lit patches are clicked; the mask is carried on by what is kept of the frames,
as the labelling page does. IoU with that display alone, beside looks alone (no place) and the festivity map above one half.
The last line is one line of JSON: IoU by frames further on.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from ml.packing import load_packing
from ml.pictures import read_picture
from ml.scorer import Scorer, load_scorer
from ml.stored import read, token_grids
from ml.tools.descriptors import Descriptors
from ml.tools.render import Plan, render_drive
from ml.tools.segment import Click, Seeds, prototypes, similarity_of, to_pixels
from ml.tools.segment.propagate import propagate
from ml.truth import Mask, coverage
from ml.types import Floats
from ml.vectors import of_length_one

THRESHOLD, CLICKS = 0.4, 3
LEAST_FIRST, LEAST_LATER = 0.01, 0.005
KINDS = ("carried", "looks", "festivity_map")


@dataclass(frozen=True)
class Seen:
    """A rendered frame: patches, festivity map, where it is festive (H, W) and whose house each pixel shows."""

    patches: Descriptors
    festivity_map: Floats
    festive: Mask
    houses: np.ndarray


def street(scorer: Scorer, seed: int, houses: int) -> list[list[Seen]]:
    """The frames of each side of a new drive, in order."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        render_drive(folder, Plan(seed=seed, houses=houses))
        photos = sorted((folder / "photos").iterdir())
        return [[seen(scorer, path) for path in photos if side in path.name] for side in ("left", "right")]


def seen(scorer: Scorer, path: Path) -> Seen:
    picture = read_picture(path)
    (scored,) = scorer.score([picture])
    packing = load_packing()
    kept = read(packing, scored.features or b"")
    height, width = picture.shape[:2]
    patches = Descriptors(of_length_one(token_grids(packing, kept)[0]), kept.cls, width, height)
    festive, houses = (
        np.asarray(Image.open(path.parent.parent / kind / f"{path.stem}.png")) for kind in ("masks", "houses")
    )
    return Seen(patches, scored.festivity_map, festive >= 128, houses)


def tries(row: Sequence[Seen], frames: int) -> Iterator[tuple[int, dict[str, float]]]:
    """How far on, and the IoU of each kind of mask, of every display that is clicked."""
    for number, first in enumerate(row):
        for house in np.unique(first.houses[first.houses > 0]):
            display = first.festive & (first.houses == house)
            seeds = clicked(display, first)
            if display.mean() < LEAST_FIRST or seeds is None:
                continue
            yield from carried_on(first, seeds, row[number + 1 : number + 1 + frames], int(house))


def clicked(display: Mask, first: Seen) -> Seeds | None:
    rows, columns = first.festivity_map.shape
    places = np.argwhere((coverage(display, rows, columns) >= 0.3) & first.patches.seen)
    if len(places) < CLICKS:
        return None
    chosen = places[np.random.default_rng(0).choice(len(places), CLICKS, replace=False)]
    return Seeds(tuple(Click((column + 0.5) / columns, (row + 0.5) / rows) for row, column in chosen))


def carried_on(
    first: Seen, seeds: Seeds, following: Sequence[Seen], house: int
) -> Iterator[tuple[int, dict[str, float]]]:
    found = prototypes(first.patches.grid, seeds)
    mask = similarity_of(first.patches.grid, found) >= THRESHOLD
    frames = [frame.patches for frame in following]
    for far, (frame, there) in enumerate(
        zip(following, propagate(first.patches, mask, frames, found, THRESHOLD), strict=True), start=1
    ):
        truth = frame.festive & (frame.houses == house)
        if truth.mean() >= LEAST_LATER:
            looks = similarity_of(frame.patches.grid, found)
            masks = ((there.similarity, THRESHOLD), (looks, THRESHOLD), (frame.festivity_map, 0.5))
            yield far, {kind: iou(*one, truth) for kind, one in zip(KINDS, masks, strict=True)}


def iou(values: Floats, threshold: float, truth: Mask) -> float:
    mask = to_pixels(values, *truth.shape) >= threshold
    return float((mask & truth).sum() / (mask | truth).sum())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 5, 7, 23])
    parser.add_argument("--houses", type=int, default=12)
    parser.add_argument("--frames", type=int, default=3)
    asked = parser.parse_args()
    scorer = load_scorer(threads=1)
    found: dict[int, list[dict[str, float]]] = defaultdict(list)
    for seed in asked.seeds:
        for row in street(scorer, seed, asked.houses):
            for far, figures in tries(row, asked.frames):
                found[far].append(figures)
    lines = {
        f"frames_on_{far}": {"displays": len(rows)}
        | {kind: round(float(np.mean([row[kind] for row in rows])), 3) for kind in KINDS}
        for far, rows in sorted(found.items())
    }
    print(json.dumps(lines))


if __name__ == "__main__":
    main()
