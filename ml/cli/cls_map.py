"""Show how near each patch of a picture is to the picture as a whole, or to another picture: cosine with its CLS vector.

Dark blue is far, pale yellow near, black is where nothing is to be seen; one range of colours serves the whole set. Writes
NAME-cls-map.png for every picture, or an MP4 for a clip, beside the original. Example:

  python -m ml cls-map street/ --of house.jpg --out maps --layers 6,12 --json
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.cli._views import Drawing, Painter, add_view_arguments, draw_views

if TYPE_CHECKING:
    from ml.tools.describe import Seen
    from ml.types import Floats


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_view_arguments(parser)
    parser.add_argument(
        "--of",
        type=Path,
        metavar="FILE",
        help="take the CLS vector of this picture (default: of each itself)",
    )


def run(arguments: argparse.Namespace) -> int:
    from ml.tools.cls_map import cls_map, coloured, range_of

    given = cls_of(arguments) if arguments.of else None

    def maps(seen: Seen) -> list[Floats]:
        return [cls_map(seen.cls if given is None else given, grid) for grid in seen.grids]

    def learn(sample: list[Seen]) -> Painter:
        ranges = [range_of(layer) for layer in zip(*map(maps, sample), strict=True)]

        def paint(seen: Seen) -> list[Drawing]:
            return [
                Drawing(
                    coloured(similarities, drawn),
                    f"layer {layer}   {drawn.low:.2f} to {drawn.high:.2f}",
                    figures(similarities),
                )
                for layer, similarities, drawn in zip(arguments.layers, maps(seen), ranges, strict=True)
            ]

        return paint

    return draw_views(arguments, "cls-map", learn)


def cls_of(arguments: argparse.Namespace) -> Floats:
    """The CLS vector (D,) of the picture that was named."""
    from ml.backbone import load_backbone
    from ml.pictures import read_picture
    from ml.tools.describe import see

    backbone = load_backbone(arguments.backbone, arguments.threads)
    return see(backbone, read_picture(arguments.of), arguments.layers[-1:], arguments.long_side).cls


def figures(similarities: Floats) -> dict[str, Any]:
    """Share of patches that are known, their mean similarity, and where the best is: x, y in [0, 1]; None where none is."""
    import numpy as np

    known = ~np.isnan(similarities)
    if not known.any():
        return {"known": 0.0, "mean": None, "best": None, "best_at": None}
    row, column = np.unravel_index(int(np.nanargmax(similarities)), similarities.shape)
    rows, columns = similarities.shape
    return {
        "known": round(float(known.mean()), 4),
        "mean": round(float(np.nanmean(similarities)), 4),
        "best": round(float(np.nanmax(similarities)), 4),
        "best_at": [round((int(column) + 0.5) / columns, 4), round((int(row) + 0.5) / rows, 4)],
    }
