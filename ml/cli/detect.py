"""Find what pictures are about, as boxes: festive light, the foreground, or what a detector finds.

Example: python -m ml detect photos --out boxes --json

One line per picture, its boxes the best first, in parts of the picture (x0, y0, x1, y1; y down). --crop festive needs
nothing more: by night the areas of festive light, else the patches that stand out from its top, else its
middle. --crop detector asks a Grounding DINO, kept in a folder as the hub keeps it, for what --prompt names. --out DIR
writes every picture with its boxes, and the crops. Pictures that cannot be read or show nothing are named with the
reason; the exit code is then 1, or 2 where there is nothing else.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.cli._arguments import add_backbone, add_json, add_out, add_pictures
from ml.cli._lines import print_lines
from ml.cli._looking import CROPS, add_crop_arguments, cropper_of

if TYPE_CHECKING:
    from ml.tools.detect import Crop, Cropper
    from ml.types import Image


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_pictures(parser)
    parser.add_argument(
        "--crop", choices=CROPS[1:], default="festive", help="what finds the boxes (default: festive)"
    )
    add_json(parser)
    add_out(parser, "write pictures with boxes, and crops, as PNG")
    add_crop_arguments(parser)
    add_backbone(parser)


def run(arguments: argparse.Namespace) -> int:
    from ml.backbone import load_backbone
    from ml.pictures import find_pictures
    from ml.tools.detect import DetectError

    paths = list(find_pictures(arguments.paths))
    if not paths:
        raise DetectError(f"There are no pictures in {', '.join(map(str, arguments.paths))}.")
    cropper = cropper_of(load_backbone(arguments.backbone, arguments.threads), arguments.crop, arguments)
    if cropper is None:
        raise DetectError("There is nothing to detect without a crop.")
    return print_lines(lines_of(cropper, paths, arguments.out), len(paths), arguments.json, in_words)


def lines_of(cropper: Cropper, paths: list[Path], out: Path | None) -> Iterator[dict[str, Any]]:
    """One line per picture: its crops, or `error` with a sentence."""
    from ml.pictures import read_picture
    from ml.types import MlError

    written: set[str] = set()
    for path in paths:
        try:
            image = read_picture(path)
            crops = cropper.crops(image)
        except MlError as error:
            yield {"path": str(path), "error": str(error)}
            continue
        line: dict[str, Any] = {"path": str(path), "crops": [in_numbers(crop) for crop in crops]}
        if out:
            line["written"] = [str(file) for file in write(out, unused(path.stem, written), image, crops)]
        yield line


def in_numbers(crop: Crop) -> dict[str, Any]:
    return {"box": [round(edge, 4) for edge in crop.box], "score": round(crop.score, 4), "why": crop.why}


def in_words(line: dict[str, Any]) -> str:
    found = "; ".join(
        f"{crop['why']} {crop['score']:.2f} at {' '.join(f'{edge:.2f}' for edge in crop['box'])}"
        for crop in line["crops"]
    )
    return f"{line['path']}: {found}"


def unused(stem: str, written: set[str]) -> str:
    """The stem, or with -2, -3 and so on where another picture has taken it."""
    names = chain([stem], (f"{stem}-{number}" for number in count(2)))
    name = next(name for name in names if name not in written)
    written.add(name)
    return name


def write(folder: Path, stem: str, image: Image, crops: tuple[Crop, ...]) -> list[Path]:
    """STEM-boxes.png and STEM-crop-1.png and so on."""
    from ml.pictures import write_picture
    from ml.tools.detect.draw import cut, with_boxes

    pictures = {f"{stem}-boxes.png": with_boxes(image, crops)}
    pictures |= {f"{stem}-crop-{number}.png": cut(image, crop) for number, crop in enumerate(crops, start=1)}
    return [write_picture(folder / name, picture) for name, picture in pictures.items()]
