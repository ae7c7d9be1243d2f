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
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.cli._arguments import add_json, add_out, add_pictures, add_scorer, whole
from ml.cli._lines import print_lines

if TYPE_CHECKING:
    from ml.scorer import Scorer
    from ml.types import Image, ScoredImage

OVERLAYS = ("jpg", "png", "none")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_pictures(parser)
    add_json(parser)
    parser.add_argument(
        "--maps", type=Path, metavar="DIR", help="write festivity maps as 8-bit PNG, one pixel per patch"
    )
    add_out(parser, "write tables, maps, overlays, sheets, histogram and statistics")
    parser.add_argument("--force", action="store_true", help="score everything again, whatever lies in --out")
    parser.add_argument("--limit", type=whole(0), metavar="N", help="score at most N pictures in this run")
    parser.add_argument(
        "--overlays", choices=OVERLAYS, default="jpg", help="overlays in --out (default: jpg)"
    )
    parser.add_argument(
        "--sheet",
        type=whole(0),
        default=100,
        metavar="N",
        help="pictures on the sheets in --out (default: 100)",
    )
    add_scorer(parser)


def run(arguments: argparse.Namespace) -> int:
    from ml.pictures import pictures_in
    from ml.scorer import load_scorer

    paths = pictures_in(arguments.paths)
    scorer = load_scorer(arguments.scorer, arguments.threads)
    if arguments.out:
        return score_into(arguments, scorer, paths)
    return print_lines(score_without_folder(arguments, scorer, paths), len(paths), arguments.json, in_words)


def score_without_folder(
    arguments: argparse.Namespace, scorer: Scorer, paths: list[Path]
) -> Iterator[dict[str, Any]]:
    """Lines alone, and maps in a folder of their own where one is named."""
    from ml.pictures import free_path
    from ml.score_run import score_lines
    from ml.tools.overlay import write_map

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
            code = print_lines(run.lines(paths, arguments.limit), len(paths), arguments.json, in_words)
            print(run.finish().in_words(), file=sys.stderr)
    except KeyboardInterrupt:
        print(
            f"{folder.table} holds {len(folder.lines)} pictures; the same command goes on from there.",
            file=sys.stderr,
        )
        raise
    return code


def in_words(line: dict[str, Any]) -> str:
    return f"{line['path']}: {line['points']:.1f} points, {line['class']}"
