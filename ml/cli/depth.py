"""Score pictures so that near and far houses compare: festivity by solid angle and by square metre of front.

Solid angles need the camera's field of view alone. Square metres need to know how far away the house is: --distance-m
gives a model-free estimate for each festive region; --model, any Depth Anything-like ONNX graph, gives every patch a
depth of its own (a model of relative depth needs --distance-m too). Without either, square metres are left out.

Example: python -m ml depth house.jpg --distance-m 18 --field-deg 70 --json
"""

from __future__ import annotations

import argparse
from typing import Any

from ml.cli import existing
from ml.cli._arguments import add_json, add_out, add_pictures, add_scorer, positive
from ml.cli._lines import print_lines

KINDS = ("inverse", "relative", "metric")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_pictures(parser)
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
    add_out(parser, "write NAME-depth.png: picture, festivity and, with a model, depth side by side")
    add_json(parser)
    add_scorer(parser)


def run(arguments: argparse.Namespace) -> int:
    from ml.fair_run import Ruler, fair_lines
    from ml.pictures import pictures_in
    from ml.scorer import load_scorer
    from ml.tools.depth.model import load_depth_model

    paths = pictures_in(arguments.paths)
    model = load_depth_model(arguments.model, arguments.kind, arguments.threads) if arguments.model else None
    ruler = Ruler(arguments.field_deg, arguments.distance_m, model, arguments.farthest_m)
    lines = fair_lines(load_scorer(arguments.scorer, arguments.threads), paths, ruler, arguments.out)
    return print_lines(lines, len(paths), arguments.json, in_words)


def in_words(line: dict[str, Any]) -> str:
    words = f"{line['path']}: {line['points']:.1f} points, {line['festive_sr'] * 1000:.2f} msr festive"
    if line["festive_m2"] is not None:
        words += f", {line['festive_m2']:.1f} m² of {line['front_m2']:.0f} m² of front"
    return words
