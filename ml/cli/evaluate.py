"""Evaluate a scorer: all figures, with 95 % intervals and beside baselines.

Against another system's scores of a real drive, masks drawn on real photos (whole groups left out), rendered pictures of
unseen seeds, towns and lamps without festive light, and the clock. What the real data is needed for is left out where
there is none. Prints a table on stderr and one line of JSON on stdout.

Example: python -m ml evaluate --work kept --json
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ml.cli import existing
from ml.cli._arguments import add_json, add_scorer

if TYPE_CHECKING:
    from ml.evaluation import RealData

REAL_DATA = "FESTIVITY_REAL_DATA"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_scorer(parser)
    parser.add_argument(
        "--rendered",
        nargs="*",
        type=existing,
        metavar="DIR",
        help="folders with photos/ and masks/ that no network learnt from (default: 60 frames are rendered)",
    )
    parser.add_argument(
        "--real", type=existing, help=f"folder of real data (default: ${REAL_DATA}, left out where unset)"
    )
    parser.add_argument(
        "--plain",
        nargs="*",
        type=existing,
        metavar="DIR",
        help="folders of nothing festive that the head learnt from (default: night_negatives/udacity_amos_night)",
    )
    parser.add_argument(
        "--taught",
        nargs="*",
        type=existing,
        default=[],
        metavar="DIR",
        help="rendered folders that the head learnt from, so that the baselines' heads learn from the same",
    )
    parser.add_argument(
        "--baselines",
        action="store_true",
        help="also the edge count, hand-made statistics and an untrained network (some minutes; needs torch)",
    )
    parser.add_argument(
        "--zero-shot",
        type=existing,
        metavar="DIR",
        help="folder of a text–image model (CLIP or dino.txt as ONNX) to compare with",
    )
    parser.add_argument("--sheet", type=Path, metavar="DIR", help="also write a contact sheet of the drive")
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="keep scores and features, so that a second run is quick"
    )
    add_json(parser, "the line of JSON alone, no table")


def run(arguments: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="festivity-") as temporary:
        return evaluate(arguments, arguments.work or Path(temporary))


def evaluate(arguments: argparse.Namespace, work: Path) -> int:
    from ml import evaluation
    from ml.scorer import load_scorer
    from ml.truth import rendered_pictures

    scorer = load_scorer(arguments.scorer, arguments.threads)
    real = real_data(arguments)
    rendered = (
        evaluation.unseen_renderings(work / "rendered")
        if arguments.rendered is None
        else [picture for folder in arguments.rendered for picture in rendered_pictures(folder)]
    )
    taught = [picture for folder in arguments.taught for picture in rendered_pictures(folder)]
    sources = evaluation.Sources(real, rendered, taught, zero_shot=arguments.zero_shot)
    rows = evaluation.report(scorer, sources, arguments.baselines, work)
    if arguments.sheet and not real:
        print("The contact sheet shows the real drive, so it is left out.", file=sys.stderr)
    elif arguments.sheet and real:
        evaluation.write_sheet(arguments.sheet, evaluation.KeptMaps(scorer, work), list(real.reference()))
    if not arguments.json:
        print(evaluation.as_table(rows), file=sys.stderr)
    print(json.dumps({"scorer": scorer.hash, "figures": [row.as_json() for row in rows]}))
    return 0


def real_data(arguments: argparse.Namespace) -> RealData | None:
    """The real data that the command line or the environment names; None, with a sentence, where neither does."""
    from ml.evaluation import RealData, plain_folders
    from ml.types import PictureError

    folder = arguments.real or (Path(os.environ[REAL_DATA]) if os.environ.get(REAL_DATA) else None)
    if folder is None:
        print(f"{REAL_DATA} is not set, so the figures on real photos are left out.", file=sys.stderr)
        return None
    if not folder.is_dir():
        raise PictureError(
            f"{folder} is no folder; set {REAL_DATA} to the folder of real data, or to nothing."
        )
    return RealData(folder, plain_folders(folder) if arguments.plain is None else tuple(arguments.plain))
