"""Arguments that the commands for footage share: which frames, and which network looks at them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ml.cli._arguments import add_backbone, add_layers, add_long_side, number, whole

if TYPE_CHECKING:
    from ml.video import Moment, Piece


def add_footage_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="CLIP|FILE|DIR", help="one clip, or pictures in order"
    )
    parser.add_argument("--from-s", type=number, default=0.0, metavar="S", help="begin so many seconds in")
    parser.add_argument("--to-s", type=number, metavar="S", help="end so many seconds in (default: the end)")
    parser.add_argument(
        "--every", type=whole(1), default=1, metavar="N", help="every Nth frame (default: all)"
    )
    parser.add_argument("--max-frames", type=whole(1), metavar="N", help="stop after so many frames")
    add_backbone(parser)
    add_layers(parser)
    add_long_side(parser)


def footage_of(arguments: argparse.Namespace) -> Iterator[Moment]:
    """The frames that the arguments ask for, one at a time."""
    from ml.video import read_footage

    return read_footage(arguments.paths, piece_of(arguments))


def piece_of(arguments: argparse.Namespace) -> Piece:
    from ml.video import Piece

    last_ms = None if arguments.to_s is None else round(1000 * arguments.to_s)
    return Piece(round(1000 * arguments.from_s), last_ms, arguments.every, arguments.max_frames)
