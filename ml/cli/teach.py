"""Let a dense encoder look at pictures and keep what it says, for `pretrain --taught`; run it again to go on."""

from __future__ import annotations

import argparse
from pathlib import Path

from ml.cli import existing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, help="folder for one small file per picture")
    parser.add_argument(
        "--encoder", type=existing, required=True, metavar="FILE", help="see ml/pretrain/encoder.py"
    )
    parser.add_argument("--pictures", nargs="+", type=existing, required=True, metavar="DIR")
    parser.add_argument("--threads", type=int)


def run(arguments: argparse.Namespace) -> int:
    from ml.pictures import find_pictures
    from ml.pretrain.encoder import open_encoder, teach

    encode = open_encoder(arguments.encoder, arguments.threads)
    print(teach(arguments.out, encode, list(find_pictures(arguments.pictures))))
    return 0
