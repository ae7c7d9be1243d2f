"""Colour the patches of pictures or of a clip by principal components: what looks alike to the backbone gets one colour.

One basis serves the whole set, so that colours can be compared between pictures and frames. Patches in which nothing is to
be seen are black. Writes NAME-pca.png for every picture, or an MP4 for a clip, beside the original. Example:

  python -m ml pca photos/ --out pca --layers 6,12
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ml.cli._views import Drawing, Painter, add_view_arguments, draw_views

if TYPE_CHECKING:
    from ml.tools.describe import Seen


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_view_arguments(parser)
    parser.add_argument(
        "--background",
        choices=["keep", "low", "high"],
        default="keep",
        help="make patches on this side of the first component black and colour the rest anew (default: keep)",
    )


def run(arguments: argparse.Namespace) -> int:
    from ml.tools.pca import alike, colours, fit_basis

    def learn(sample: list[Seen]) -> Painter:
        numbers = range(len(arguments.layers))
        layers = [[seen.grids[number] for seen in sample] for number in numbers]
        bases = [fit_basis(grids, arguments.background) for grids in layers]
        for number in numbers[1:]:
            bases[number] = alike(bases[number], layers[number], bases[number - 1], layers[number - 1])

        def paint(seen: Seen) -> list[Drawing]:
            return [
                Drawing(
                    colours(grid, basis),
                    f"layer {layer}",
                    {"shown": round(float(basis.shown(grid).mean()), 4)},
                )
                for layer, grid, basis in zip(arguments.layers, seen.grids, bases, strict=True)
            ]

        return paint

    return draw_views(arguments, "pca", learn)
