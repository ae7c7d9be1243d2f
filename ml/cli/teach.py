"""Let a dense encoder look at pictures and keep what it says, for `pretrain --taught`; run it again to go on.

Example: python -m ml teach lessons --encoder encoder.onnx --pictures photos
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ml.cli import existing
from ml.cli._arguments import add_threads


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, help="folder for one small file per picture")
    parser.add_argument(
        "--encoder", type=existing, required=True, metavar="FILE", help="see ml/pretrain/encoder.py"
    )
    parser.add_argument("--pictures", nargs="+", type=existing, required=True, metavar="DIR")
    add_threads(parser)


def run(arguments: argparse.Namespace) -> int:
    from ml.pictures import pictures_in
    from ml.pretrain.encoder import open_encoder, teach

    encode = open_encoder(arguments.encoder, arguments.threads)
    print(teach(arguments.out, encode, pictures_in(arguments.pictures)))
    return 0
