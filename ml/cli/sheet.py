"""Write contact sheets of photos by their score, and festivity maps over photos, to look at.

OUT/sheet-1.png and on hold 25 photos each, most festive first, evenly spaced over the order of scores; OUT/maps.png
holds photos beside themselves under their maps.

Example: python -m ml sheet looked-at --photos photos --count 50
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from ml.cli import existing
from ml.cli._arguments import add_scorer, whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, metavar="OUT", help="folder for the pages")
    parser.add_argument("--photos", type=existing, nargs="+", required=True, metavar="DIR")
    parser.add_argument(
        "--count", type=whole(1), metavar="N", default=100, help="photos on the sheet (default: 100)"
    )
    parser.add_argument(
        "--maps", type=whole(0), metavar="N", default=20, help="of these with their map (default: 20)"
    )
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep scores, so that a second run is quick")
    add_scorer(parser)


def run(arguments: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="festivity-") as temporary:
        return write(arguments, arguments.work or Path(temporary))


def write(arguments: argparse.Namespace, work: Path) -> int:
    from ml.evaluation import KeptMaps, write_sheet
    from ml.pictures import pictures_in
    from ml.scorer import load_scorer

    photos = pictures_in(arguments.photos)
    maps = KeptMaps(load_scorer(arguments.scorer, arguments.threads), work)
    for path in write_sheet(arguments.out, maps, photos, arguments.count, arguments.maps):
        print(path)
    return 0
