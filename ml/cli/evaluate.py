"""Evaluate a scorer against masks, a reference and towns without festive lights; prints one line of JSON."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

REAL_DATA = "FESTIVITY_REAL_DATA"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scorer", default="embedded", help="name or folder/name of a scorer")
    parser.add_argument(
        "--rendered", nargs="*", type=Path, default=[], metavar="DIR", help="folders with photos/ and masks/"
    )
    parser.add_argument(
        "--real", type=Path, help=f"folder of real data (default: ${REAL_DATA}, left out where unset)"
    )
    parser.add_argument("--threads", type=int)


def run(arguments: argparse.Namespace) -> int:
    from ml.evaluate import report
    from ml.scorer import load_scorer
    from ml.truth import rendered_pictures

    real = arguments.real or (Path(os.environ[REAL_DATA]) if REAL_DATA in os.environ else None)
    rendered = [picture for folder in arguments.rendered for picture in rendered_pictures(folder)]
    print(json.dumps(report(load_scorer(arguments.scorer, arguments.threads), real, rendered)))
    return 0
