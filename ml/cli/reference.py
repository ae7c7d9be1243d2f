"""Write the reference set of class limits anew.

It names the photos of the drawn masks by SHA-256 and rendered pictures by seed and number, each with its true festive share.

Example: python -m ml reference reference_set.json
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ml.cli._arguments import whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, metavar="FILE.json")
    parser.add_argument(
        "--seed", type=whole(0), default=9001, metavar="N", help="of the rendered pictures (default: 9001)"
    )
    parser.add_argument("--rendered", type=whole(1), default=64, metavar="N", help="how many (default: 64)")
    parser.add_argument("--no-real", action="store_true", help="rendered pictures only")


def run(arguments: argparse.Namespace) -> int:
    from ml.reference_set import make_reference_set, save_reference_set
    from ml.truth import drawn_labels

    labels = [] if arguments.no_real else drawn_labels().values()
    made = make_reference_set(labels, arguments.seed, arguments.rendered)
    save_reference_set(arguments.out, made)
    print(f"{len(made.real)} real and {len(made.rendered)} rendered pictures in {arguments.out}.")
    return 0
