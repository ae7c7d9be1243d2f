"""What the ways of searching share: their arguments, the index that they open, and how they put a match."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from ml.cli._arguments import add_backbone, add_json, number, whole
from ml.cli._looking import add_crop_arguments, cropper_of

if TYPE_CHECKING:
    from ml.tools.search import Finder, Index, Looker, Match


def add_search_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--threshold", type=number, default=-1.0, help="lowest cosine, -1 to 1 (default: -1, all)"
    )
    parser.add_argument("--engine", choices=("auto", "numpy", "faiss"), default="auto")
    parser.add_argument(
        "--panel", type=whole(1), default=360, metavar="PX", help="height of a panel (default: 360)"
    )
    add_json(parser, "one JSON object per line")
    add_crop_arguments(parser)
    add_backbone(parser)


def looker_for(crop: str, arguments: argparse.Namespace) -> Looker:
    from ml.backbone import load_backbone
    from ml.tools.search import Looker

    backbone = load_backbone(arguments.backbone, arguments.threads)
    return Looker(backbone, cropper_of(backbone, crop, arguments))


def opened(arguments: argparse.Namespace) -> tuple[Index, Finder, Looker]:
    """The index that is searched, what finds in it, and what looks at queries in the index's own way."""
    from ml.tools.search import FAISS_ABOVE, check_maker, load_index, open_finder

    index = load_index(arguments.index)
    looker = looker_for(index.maker.crop, arguments)
    check_maker(index, looker.maker)
    finder = open_finder(index, arguments.engine)
    if arguments.engine == "auto" and finder.engine == "numpy" and len(index.vectors) > FAISS_ABOVE:
        print("FAISS is not installed (pip install faiss-cpu); numpy searches exactly, too.", file=sys.stderr)
    return index, finder, looker


def in_numbers(match: Match) -> dict[str, Any]:
    return {
        "path": match.name,
        "score": round(match.score, 6),
        "box": list(match.box),
        "query_box": [round(edge, 4) for edge in match.query_box],
    }
