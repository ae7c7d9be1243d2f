"""Train a head on patch features of pictures with masks.

Rendered folders hold photos/ and masks/; real photos count where a mask was drawn on them. Writes NAME.npz, its card
NAME.json and report.json.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, help="folder for the head")
    parser.add_argument("--rendered", nargs="*", type=Path, default=[], metavar="DIR")
    parser.add_argument("--real", nargs="*", type=Path, default=[], metavar="DIR")
    parser.add_argument("--backbone", default="embedded", help="name or folder/name of an exported backbone")
    parser.add_argument("--name", default="embedded-head")
    parser.add_argument("--title", default="Festive light, linear head")
    parser.add_argument("--threads", type=int)
    parser.add_argument(
        "--plain",
        nargs="*",
        type=Path,
        default=[],
        metavar="DIR",
        help="folders of photos of nothing festive",
    )


def run(arguments: argparse.Namespace) -> int:
    from ml.backbone import load_backbone
    from ml.train import train_head
    from ml.truth import labelled_pictures, plain_pictures, rendered_pictures

    pictures = [picture for folder in arguments.rendered for picture in rendered_pictures(folder)]
    pictures += labelled_pictures(arguments.real)
    pictures += [picture for folder in arguments.plain for picture in plain_pictures(folder)]
    backbone = load_backbone(arguments.backbone, arguments.threads)
    report = train_head(backbone, pictures, arguments.name, arguments.out, arguments.title)
    print(json.dumps(report))
    return 0
