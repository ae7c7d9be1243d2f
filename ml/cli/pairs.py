"""Measure how well views of the same place are told from views of different ones.

Example: FESTIVITY_REAL_DATA=photos python -m ml pairs --json

Takes the labelled pairs of ml/labels/same_place.json, whose photos are in the folder of real data, and compares CLS vectors,
pooled patches, colours and matched patches of their crops: AUC with 95 % intervals on the half of the streets that nothing
was tuned on. `--coefficients FILE` writes what `python -m ml match --coefficients` reads, `--rule FILE` what a scorer's card
says of likeness, both fitted on the other half.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ml.cli import existing
from ml.cli._arguments import add_backbone, add_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ml.backbone import LoadedBackbone
    from ml.evaluation.views import SeenView
    from ml.labels.same_place import PlacePair, View

REAL_DATA = "FESTIVITY_REAL_DATA"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--real", type=existing, metavar="DIR", help=f"folder of real data (default: ${REAL_DATA})"
    )
    parser.add_argument(
        "--pairs", type=existing, metavar="FILE", help="other labelled pairs (default: the shipped ones)"
    )
    add_backbone(parser)
    parser.add_argument(
        "--coefficients",
        type=Path,
        metavar="FILE",
        help="also write the coefficients of `same_place` for crops",
    )
    parser.add_argument(
        "--rule", type=Path, metavar="FILE", help="also write what likeness weighs when houses are found"
    )
    add_json(parser, "the line of JSON alone, no table")


def run(arguments: argparse.Namespace) -> int:
    from ml.backbone import load_backbone
    from ml.evaluation.pairs import judge, pair_rows, pairs_table, same_house
    from ml.labels.same_place import SAME_PLACE, load_same_place
    from ml.tools.match.place import write_model
    from ml.tools.match.same_house import write_same_house

    pairs = load_same_place(arguments.pairs or SAME_PLACE)
    backbone = load_backbone(arguments.backbone, arguments.threads)
    judgement = judge(pairs, seen_views(pairs, photo_folder(arguments.real), backbone), backbone.name)
    rows = pair_rows(pairs, judgement.scores)
    if arguments.coefficients:
        write_model(judgement.model, arguments.coefficients)
    if arguments.rule:
        write_same_house(same_house(pairs, judgement, backbone.sha256), arguments.rule)
    if not arguments.json:
        print(pairs_table(rows), file=sys.stderr)
    figures = [row.as_json() for row in rows]
    print(json.dumps({"backbone": backbone.sha256[:12], "pairs": len(pairs), "figures": figures}))
    return 0


def photo_folder(named: Path | None) -> Path:
    """The folder that the command line or the environment names. Raises PictureError where neither does."""
    from ml.types import PictureError

    folder = named or Path(os.environ.get(REAL_DATA, ""))
    if not named and not os.environ.get(REAL_DATA):
        raise PictureError(f"Name the folder that holds the photos, with --real or {REAL_DATA}.")
    if not folder.is_dir():
        raise PictureError(f"{folder} is no folder; the photos of the pairs should be in it.")
    return folder


def seen_views(pairs: Sequence[PlacePair], folder: Path, backbone: LoadedBackbone) -> dict[View, SeenView]:
    """Every view of the pairs, described once. Raises PictureError where a photo is missing."""
    from ml.evaluation.views import see
    from ml.labels import find_photos
    from ml.pictures import read_picture
    from ml.types import PictureError

    photos = find_photos([folder])
    views = list(dict.fromkeys(view for pair in pairs for view in (pair.first, pair.second)))
    missing = {view.sha256 for view in views} - photos.keys()
    if missing:
        raise PictureError(f"{len(missing)} photos of the pairs are not in {folder}, nor below it.")
    seen = {}
    for number, view in enumerate(views, start=1):
        seen[view] = see(backbone, read_picture(photos[view.sha256]), view.box)
        if number % 100 == 0:
            print(f"pairs: {number} of {len(views)} views described", file=sys.stderr)
    return seen
