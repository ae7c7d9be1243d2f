"""Export a pre-trained backbone as ONNX, checked against torch, with its card.

Example: python -m ml export exported --run pretrained --name mine
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ml.cli import existing
from ml.transforms import LONG_SIDE_PX


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, help="folder for NAME.onnx and NAME.json")
    parser.add_argument(
        "--run", type=Path, dest="run_folder", metavar="DIR", help="folder of a pre-training run"
    )
    parser.add_argument(
        "--random", type=int, metavar="SEED", help="an untrained network instead, for comparison"
    )
    parser.add_argument("--name", default="embedded")
    parser.add_argument("--title", default="Festivity ViT-Ti/16")
    parser.add_argument(
        "--note", type=existing, metavar="JSON", help="further lines of the card: sources, training, figures"
    )


def run(arguments: argparse.Namespace) -> int:
    from ml import weights
    from ml.export import export
    from ml.network import random_backbone
    from ml.pretrain.run import load_teacher
    from ml.types import WeightsError

    if (arguments.run_folder is None) == (arguments.random is None):
        raise WeightsError("Say either --run DIR or --random SEED.")
    backbone = (
        load_teacher(arguments.run_folder) if arguments.run_folder else random_backbone(arguments.random)
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    path = arguments.out / f"{arguments.name}.onnx"
    difference = export(backbone, path)
    card = {
        "kind": "backbone",
        "title": arguments.title,
        "patch": backbone.shape.patch,
        "long_side": LONG_SIDE_PX,
        "dimension": backbone.shape.width,
        "patch_dimension": backbone.shape.patch_dimension,
        "voices": backbone.shape.voices,
        "layers": backbone.shape.layers,
        "largest_difference_from_torch": difference,
        **(json.loads(arguments.note.read_text()) if arguments.note else {}),
    }
    print(weights.write_card(arguments.name, path, card).sha256)
    return 0
