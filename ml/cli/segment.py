"""Segment a picture by clicks, and carry the mask on to the next frames.

Example: python -m ml segment photo.jpg next.jpg --plus 310,220 --minus 40,60 --threshold 0.4 --refine --out masks

Writes, of each picture, NAME.mask.png as GIMP keeps masks (opaque where festive), NAME-similarity.png, NAME-overlay.png
and NAME-cutout.png. Clicks and boxes are in pixels of the first picture. `--mask` takes an existing mask of the first
picture instead of clicks.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.cli._arguments import add_backbone, add_json, add_layers, add_long_sides, number, numbers
from ml.cli._describing import describer
from ml.types import MlError

if TYPE_CHECKING:
    from ml.tools.descriptors import Descriptors
    from ml.tools.segment import Prototypes, Seeds
    from ml.types import Floats, Image

COLOURS = {"edges": 0.0, "colours": 0.3}
LAYERS = {"embedded": (6,)}
"""Where not the last layer is best: of rendered displays, layer 6 gave IoU 0.55, layer 12 0.53 (three clicks)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("picture", type=Path, metavar="PICTURE")
    parser.add_argument(
        "following", nargs="*", type=Path, metavar="NEXT", help="frames to carry the mask on to, in order"
    )
    for flag, count, words in (
        ("--plus", 2, "a pixel X,Y that is festive"),
        ("--minus", 2, "a pixel X,Y that is not"),
        ("--box", 4, "a box X0,Y0,X1,Y1 that is festive all over"),
        ("--minus-box", 4, "a box that is festive nowhere"),
    ):
        parser.add_argument(
            flag, type=numbers(count), action="append", default=[], metavar="X,Y" if count == 2 else "X0,Y0,X1,Y1",
            help=f"{words}; may be given several times",
        )  # fmt: skip
    parser.add_argument(
        "--mask", type=Path, metavar="FILE", help="a mask of the first picture, instead of clicks"
    )
    parser.add_argument(
        "--threshold",
        type=number,
        default=0.4,
        metavar="COSINE",
        help="lowest similarity that counts, -1 to 1 (default: 0.4)",
    )
    parser.add_argument(
        "--smooth",
        type=number,
        default=0.0,
        metavar="PATCHES",
        help="Gaussian smoothing in patches (default: 0, none)",
    )
    parser.add_argument(
        "--refine", nargs="?", const="edges", choices=tuple(COLOURS), metavar="edges|colours",
        help="let the picture's edges draw the outline (best on lights), or its colours as well",
    )  # fmt: skip
    add_json(parser)
    parser.add_argument(
        "--out", type=Path, default=Path(), metavar="DIR", help="where to write (default: here)"
    )
    add_backbone(parser)
    add_layers(parser, "6 of the embedded one, else -1, the last")
    add_long_sides(parser)


def run(arguments: argparse.Namespace) -> int:
    if not -1 <= arguments.threshold <= 1:
        raise MlError("--threshold lies between -1 and 1.")
    if not 0 <= arguments.smooth <= 50:
        raise MlError("--smooth lies between 0 and 50 patches.")
    stems = [path.stem for path in (arguments.picture, *arguments.following)]
    if len(set(stems)) < len(stems):
        raise MlError("Two of the pictures have one name; their masks would overwrite each other.")
    for line in lines_of(arguments):
        print(json.dumps(line) if arguments.json else in_words(line), flush=True)
    return 0


def lines_of(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Segment the first picture, then each that follows; one line for each."""
    from ml.pictures import read_picture
    from ml.tools.segment import similarity_of, smoothed
    from ml.tools.segment.propagate import propagate

    describe = describer(arguments, LAYERS.get(arguments.backbone, (-1,)))
    image = read_picture(arguments.picture)
    first = describe(image)
    found = prototypes_asked(arguments, first)
    values = smoothed(similarity_of(first.grid, found), arguments.smooth)
    yield write(arguments, arguments.picture, image, values, True)
    following = (describe(read_picture(path)) for path in arguments.following)
    carried = propagate(
        first, values >= arguments.threshold, following, found, arguments.threshold, arguments.smooth
    )
    for path, frame in zip(arguments.following, carried, strict=True):
        yield write(arguments, path, read_picture(path), frame.similarity, frame.found)


def prototypes_asked(arguments: argparse.Namespace, first: Descriptors) -> Prototypes:
    """Of the clicks and boxes, or of the mask. Raises SegmentError and PictureError."""
    from ml.tools.gimp import read_mask
    from ml.tools.grids import resampled
    from ml.tools.segment import prototypes
    from ml.tools.segment.similarity import prototypes_of_mask

    if arguments.mask is None:
        return prototypes(first.grid, seeds_of(arguments, first.width_px, first.height_px))
    mask = read_mask(arguments.mask, first.width_px, first.height_px)
    return prototypes_of_mask(first.grid, resampled(mask.astype("float32"), *first.grid.shape[:2]))


def seeds_of(arguments: argparse.Namespace, width: int, height: int) -> Seeds:
    """Clicks and boxes in 0..1 of the picture."""
    from ml.tools.segment import Click, Seeds

    signs = ((arguments.plus, True), (arguments.minus, False))
    clicks = [Click(x / width, y / height, sign) for places, sign in signs for x, y in places]
    boxes, not_boxes = (
        tuple((x0 / width, y0 / height, x1 / width, y1 / height) for x0, y0, x1, y1 in edges)
        for edges in (arguments.box, arguments.minus_box)
    )
    return Seeds(tuple(clicks), boxes, not_boxes)


def write(
    arguments: argparse.Namespace, path: Path, image: Image, values: Floats, found: bool
) -> dict[str, Any]:
    """Write the four pictures of one frame and say what they show."""
    from ml.tools.segment import refined, to_pixels
    from ml.tools.segment.export import write_all

    pixels = to_pixels(values, *image.shape[:2])
    mask = pixels >= arguments.threshold
    if arguments.refine and mask.any():
        mask = refined(pixels, image, arguments.threshold, colours=COLOURS[arguments.refine]) >= 0.5
    paths = write_all(arguments.out, path.stem, image, pixels, mask)
    return {"path": str(path), "share": round(float(mask.mean()), 6), "found": found, **paths}


def in_words(line: dict[str, Any]) -> str:
    where = "" if line["found"] else " (the place was not found again: by looks alone)"
    return f"{line['path']}: {line['share']:.1%} festive{where}, mask in {line['mask']}"
