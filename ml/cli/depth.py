"""Score pictures so that near and far houses compare: festivity by solid angle and by square metre of front.

Solid angles need the camera's field of view alone. Square metres need to know how far away the house is: --distance-m
gives a model-free estimate for each festive region; --model, any Depth Anything-like ONNX graph, gives every patch a
depth of its own (a model of relative depth needs --distance-m too). Without either, square metres are left out.

Example: python -m ml depth house.jpg --distance-m 18 --field-deg 70 --json
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import Any

from ml.cli import existing

KINDS = ("inverse", "relative", "metric")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|DIR")
    parser.add_argument(
        "--distance-m", type=positive, metavar="M", help="metres from the camera to the house"
    )
    parser.add_argument(
        "--field-deg",
        type=positive,
        default=70.0,
        metavar="DEG",
        help="horizontal field of view of the camera (default: 70)",
    )
    parser.add_argument("--model", type=existing, metavar="FILE", help="a depth model as ONNX")
    parser.add_argument(
        "--kind", choices=KINDS, help="what the model gives (default: as its card says, or inverse)"
    )
    parser.add_argument(
        "--farthest-m",
        type=positive,
        default=60.0,
        metavar="M",
        help="what the model sees beyond is no front (default: 60)",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write pictures of festivity and depth")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument("--scorer", default="embedded", help="name of the scorer (default: embedded)")
    parser.add_argument("--threads", type=int, help="threads of the network (default: all cores)")


def positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return value


def run(arguments: argparse.Namespace) -> int:
    from ml.fair_run import Ruler, fair_lines
    from ml.pictures import find_pictures
    from ml.scorer import load_scorer
    from ml.tools.depth_model import load_depth_model

    paths = list(find_pictures(arguments.paths))
    if not paths:
        print("There are no pictures there.", file=sys.stderr)
        return 2
    model = load_depth_model(arguments.model, arguments.kind, arguments.threads) if arguments.model else None
    ruler = Ruler(arguments.field_deg, arguments.distance_m, model, arguments.farthest_m)
    refused = 0
    lines = fair_lines(load_scorer(arguments.scorer, arguments.threads), paths, ruler, arguments.out)
    for done, line in enumerate(lines, start=1):
        refused += "error" in line
        print(json.dumps(line) if arguments.json else in_words(line), flush=True)
        if done % 20 == 0 or done == len(paths):
            print(f"{done} of {len(paths)} pictures", file=sys.stderr)
    return 0 if not refused else 1 if refused < len(paths) else 2


def in_words(line: dict[str, Any]) -> str:
    if "error" in line:
        return f"{line['path']}: {line['error']}"
    words = f"{line['path']}: {line['points']:.1f} points, {line['festive_sr'] * 1000:.2f} msr festive"
    if line["festive_m2"] is not None:
        words += f", {line['festive_m2']:.1f} m² of {line['front_m2']:.0f} m² of front"
    return words
