"""Train a head on patch features of pictures with masks.

Rendered folders hold photos/ and masks/; real photos count where a mask was drawn on them, either one that comes with this
project or one of your own from GIMP. Writes NAME.npz, its card NAME.json, report.json, precision_recall.png and
calibration.png. The same pictures give the same bytes.

Example: python -m ml train heads --rendered drive --masked photos --name mine-head
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ml.cli import existing
from ml.cli._arguments import add_threads, positive, whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, help="folder for the head")
    parser.add_argument(
        "--rendered", nargs="*", type=existing, default=[], metavar="DIR", help="rendered drives"
    )
    parser.add_argument(
        "--real",
        nargs="*",
        type=existing,
        default=[],
        metavar="DIR",
        help="folders with the photos of our masks",
    )
    parser.add_argument(
        "--backbone", default="embedded", metavar="NAME", help="name or folder/name, with layers as NAME@6,12"
    )
    parser.add_argument("--name", default="embedded-head", help="of the head (default: embedded-head)")
    parser.add_argument("--title", default="Festive light, linear head", help="first line of its card")
    add_threads(parser)
    parser.add_argument(
        "--plain",
        nargs="*",
        type=existing,
        default=[],
        metavar="DIR",
        help="folders of photos of nothing festive",
    )
    parser.add_argument(
        "--masked",
        nargs="*",
        type=existing,
        default=[],
        metavar="DIR",
        help="folders of photos with GIMP masks, NAME.mask.png beside the photo or masks/NAME.png",
    )
    parser.add_argument(
        "--folds",
        type=whole(2),
        default=12,
        metavar="N",
        help="at most so many folds of whole groups are left out (default: 12)",
    )
    parser.add_argument(
        "--C",
        nargs="+",
        type=positive,
        dest="strengths",
        metavar="C",
        help="inverse strengths of regularisation to compare (default: 0.001 to 10)",
    )
    parser.add_argument("--work", type=Path, metavar="DIR", help="keeps features between runs")
    parser.add_argument(
        "--reference",
        type=existing,
        metavar="FILE",
        help="reference set of the class limits (default: the shipped one)",
    )


def run(arguments: argparse.Namespace) -> int:
    from ml.backbone import load_backbone
    from ml.reference_set import load_reference_set
    from ml.train import STRENGTHS, Plan, train_head
    from ml.truth import each_once, labelled_pictures, masked_pictures, plain_pictures, rendered_pictures

    pictures = [picture for folder in arguments.rendered for picture in rendered_pictures(folder)]
    pictures += [picture for folder in arguments.plain for picture in plain_pictures(folder)]
    pictures += labelled_pictures(arguments.real)
    pictures += [picture for folder in arguments.masked for picture in masked_pictures(folder)]
    plan = Plan(
        strengths=tuple(sorted(arguments.strengths or STRENGTHS)),
        most_folds=arguments.folds,
        work=arguments.work,
        reference=load_reference_set(arguments.reference) if arguments.reference else None,
    )
    backbone = load_backbone(arguments.backbone, arguments.threads)
    report = train_head(backbone, each_once(pictures), arguments.name, arguments.out, arguments.title, plan)
    print(json.dumps(report))
    return 0
