"""Score pictures: how festive is each?

Prints one line per file. Files that cannot be read are named with the reason and the rest goes on; the exit code is
then 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pillow

from ml.pictures import find_pictures, read_picture
from ml.scorer import Scorer, load_scorer, points
from ml.types import PictureError, ScoredImage

BATCH = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|DIR")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument(
        "--maps", type=Path, metavar="DIR", help="write festivity maps as 8-bit PNG, one pixel per patch"
    )
    parser.add_argument("--scorer", default="embedded", help="name of the scorer (default: embedded)")
    parser.add_argument("--threads", type=int, help="threads of the network (default: all cores)")


def run(arguments: argparse.Namespace) -> int:
    scorer = load_scorer(arguments.scorer, arguments.threads)
    paths = list(find_pictures(arguments.paths))
    refused = 0
    for done, line in enumerate(score_lines(scorer, paths, arguments.maps), start=1):
        refused += "error" in line
        print(json.dumps(line) if arguments.json else in_words(line), flush=True)
        report(done, len(paths))
    if not paths:
        print("There are no pictures there.", file=sys.stderr)
    return 1 if refused or not paths else 0


def score_lines(scorer: Scorer, paths: list[Path], maps: Path | None) -> Iterator[dict[str, Any]]:
    """One line per path, in order: the score, or `error` with a sentence."""
    written: set[Path] = set()
    for start in range(0, len(paths), BATCH):
        batch = paths[start : start + BATCH]
        read: dict[Path, Any] = {}
        for path in batch:
            try:
                read[path] = read_picture(path)
            except PictureError as error:
                read[path] = error
        good = [path for path in batch if not isinstance(read[path], PictureError)]
        scores = dict(zip(good, scorer.score([read[path] for path in good]), strict=True))
        for path in batch:
            if path not in scores:
                yield {"path": str(path), "error": str(read[path])}
                continue
            line = score_line(scorer, path, scores[path])
            if maps:
                line["map"] = str(write_map(maps, path.stem, scores[path], written))
            yield line


def score_line(scorer: Scorer, path: Path, scored: ScoredImage) -> dict[str, Any]:
    return {
        "path": str(path),
        "festivity": round(scored.festivity, 6),
        "points": round(points(scored.festivity), 2),
        "class": scorer.card.class_of(scored.festivity),
        "regions": [
            {"box": [round(edge, 4) for edge in region.box], "festivity": round(region.festivity, 4)}
            for region in scored.regions
        ],
        "scorer": scorer.hash,
    }


def write_map(folder: Path, stem: str, scored: ScoredImage, written: set[Path]) -> Path:
    """Write the festivity map as 8-bit PNG on the patch grid; pictures of one stem get `-2`, `-3` and so on."""
    folder.mkdir(parents=True, exist_ok=True)
    names = chain([stem], (f"{stem}-{number}" for number in count(2)))
    path = next(path for name in names if (path := folder / f"{name}.png") not in written)
    written.add(path)
    Pillow.fromarray(np.rint(scored.festivity_map * 255).astype(np.uint8)).save(path)
    return path


def in_words(line: dict[str, Any]) -> str:
    if "error" in line:
        return f"{line['path']}: {line['error']}"
    return f"{line['path']}: {line['points']:.1f} points, {line['class']}"


def report(done: int, total: int) -> None:
    """Progress on stderr, every 50 pictures and at the end."""
    if done % 50 == 0 or done == total:
        print(f"{done} of {total} pictures", file=sys.stderr)
