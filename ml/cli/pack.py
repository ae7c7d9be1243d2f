"""Learn from a few pictures how the patch features of a scorer's backbone are kept small.

Writes NAME-packing.npz and its card. With it beside the backbone, scored frames keep their patch features: new heads score them
without the network, and clicks become masks at once.

Example: python -m ml pack packings --pictures drive/photos
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ml.cli import existing
from ml.cli._arguments import add_scorer, whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, help="folder for the packing")
    parser.add_argument(
        "--pictures", nargs="+", type=existing, required=True, metavar="DIR", help="pictures of the night"
    )
    parser.add_argument(
        "--count", type=whole(1), default=64, metavar="N", help="look at N of them, evenly (default: 64)"
    )
    parser.add_argument(
        "--sources", default="", metavar="TEXT", help="a line of the card: whose pictures these are"
    )
    add_scorer(parser)


def run(arguments: argparse.Namespace) -> int:
    from ml.packing import fit_packing, layout_of, save_packing
    from ml.pictures import evenly, pictures_in, read_picture
    from ml.scorer import load_scorer

    scorer = load_scorer(arguments.scorer, arguments.threads)
    paths = evenly(pictures_in(arguments.pictures), arguments.count)
    grids = [scorer.patches(read_picture(path)) for path in paths]
    backbone = scorer.backbone
    packing = fit_packing(backbone.sha256, layout_of(backbone, len(scorer.head.weight)), grids, [scorer.head])
    card = {"kind": "packing", "learnt_from": f"{len(paths)} pictures", "sources": arguments.sources}
    arguments.out.mkdir(parents=True, exist_ok=True)
    print(save_packing(f"{Path(arguments.scorer).name}-packing", arguments.out, packing, card).path)
    return 0
