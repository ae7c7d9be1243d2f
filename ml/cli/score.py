"""Score pictures: how festive is each?

Prints one line per file. Files that cannot be read are named with the reason and the rest goes on; the exit code is
then 1, and 2 where nothing could be scored.

With --out DIR the folder gets scores.csv and scores.jsonl (both grow as the run goes), maps/ and overlays/ of every
picture, sheet-1.png and on (contact sheets, most festive first), histogram.txt, histogram.png (with matplotlib) and
statistics.json. A picture that lies there with the same bytes is not scored again, so that a run that was stopped goes
on with the same command.

Example: python -m ml score photos/ --out scored/
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ml.scorer import Scorer
    from ml.types import Image, ScoredImage

OVERLAYS = ("jpg", "png", "none")
SAY_EVERY, SAY_EVERY_S = 50, 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|DIR")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument(
        "--maps", type=Path, metavar="DIR", help="write festivity maps as 8-bit PNG, one pixel per patch"
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write tables, maps, overlays, sheets, histogram and statistics",
    )
    parser.add_argument("--force", action="store_true", help="score everything again, whatever lies in --out")
    parser.add_argument("--limit", type=at_least_0, metavar="N", help="score at most N pictures in this run")
    parser.add_argument(
        "--overlays", choices=OVERLAYS, default="jpg", help="overlays in --out (default: jpg)"
    )
    parser.add_argument(
        "--sheet",
        type=at_least_0,
        default=100,
        metavar="N",
        help="pictures on the sheets in --out (default: 100)",
    )
    parser.add_argument("--scorer", default="embedded", help="name of the scorer (default: embedded)")
    parser.add_argument("--threads", type=int, help="threads of the network (default: all cores)")


def at_least_0(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 0 or more")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    from ml.pictures import find_pictures
    from ml.scorer import load_scorer

    paths = list(find_pictures(arguments.paths))
    if not paths:
        print("There are no pictures there.", file=sys.stderr)
        return 2
    scorer = load_scorer(arguments.scorer, arguments.threads)
    if arguments.out:
        return score_into(arguments, scorer, paths)
    return print_lines(score_without_folder(arguments, scorer, paths), len(paths), arguments.json)


def score_without_folder(
    arguments: argparse.Namespace, scorer: Scorer, paths: list[Path]
) -> Iterator[dict[str, Any]]:
    """Lines alone, and maps in a folder of their own where one is named."""
    from ml.score_run import free_path, score_lines, write_map

    written: set[Path] = set()

    def keep(line: dict[str, Any], image: Image, scored: ScoredImage) -> None:
        path = free_path(arguments.maps, Path(line["path"]).stem, ".png", written)
        line["map"] = str(write_map(path, scored.festivity_map))

    return score_lines(scorer, paths, arguments.limit, keep if arguments.maps else None)


def score_into(arguments: argparse.Namespace, scorer: Scorer, paths: list[Path]) -> int:
    """Lines into the folder of --out, and what a person wants to see of them."""
    from ml.score_run import FolderRun, Pictures
    from ml.tools.score_folder import ScoreFolder

    folder = ScoreFolder(arguments.out, scorer.hash, arguments.force)
    try:
        with folder:
            run = FolderRun(scorer, folder, Pictures(arguments.overlays, arguments.sheet))
            code = print_lines(run.lines(paths, arguments.limit), len(paths), arguments.json)
            print(run.finish().in_words(), file=sys.stderr)
    except KeyboardInterrupt:
        print(
            f"{folder.table} holds {len(folder.lines)} pictures; the same command goes on from there.",
            file=sys.stderr,
        )
        raise
    return code


def print_lines(lines: Iterator[dict[str, Any]], total: int, as_json: bool) -> int:
    """Print lines as they come, with progress on stderr; returns the exit code."""
    refused, done, said_at = 0, 0, time.monotonic()
    for line in lines:
        done += 1
        refused += "error" in line
        print(json.dumps(line) if as_json else in_words(line), flush=True)
        if done % SAY_EVERY == 0 or done == total or time.monotonic() - said_at > SAY_EVERY_S:
            said_at = time.monotonic()
            print(f"{done} of {total} pictures", file=sys.stderr)
    return 0 if not refused else 1 if refused < done else 2


def in_words(line: dict[str, Any]) -> str:
    if "error" in line:
        return f"{line['path']}: {line['error']}"
    return f"{line['path']}: {line['points']:.1f} points, {line['class']}"
