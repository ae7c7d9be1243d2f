"""Compare two pictures: what shows the same, and is it the same place?

Examples:
  python -m ml match first.jpg second.jpg --point 310,220 --out pictures
  python -m ml match first.jpg second.jpg --boxes 0.1,0.36,0.82,0.82 0,0.3,0.6,0.8

Says how likely both show the same place (0 to 1), how many patches match and how many of those one movement of the picture
explains. `--point` finds a pixel of the first picture in the second. `--boxes` compares one display of each picture alone and
larger, under coefficients from pairs of real night displays: the surer way (points are then pixels of the crops).
`--calibrate` fits the judgement to labelled pairs, one JSON object per line: {"a": "1.jpg", "b": "2.jpg", "same": true}; with
the word `rendered`, to pairs drawn for the purpose.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.cli._arguments import (
    add_backbone,
    add_json,
    add_layers,
    add_long_sides,
    add_out,
    numbers,
    share,
    whole,
)
from ml.cli._describing import describer
from ml.cli._lines import report
from ml.types import MlError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ml.tools.descriptors import Descriptors
    from ml.tools.match.compare import Comparison, Settings
    from ml.tools.match.patches import Found
    from ml.types import Image


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "pictures", nargs="*", type=Path, metavar="PICTURE", help="the first and the second picture"
    )
    parser.add_argument(
        "--point", type=numbers(2), action="append", default=[], metavar="X,Y",
        help="a pixel of the first picture to find in the second; may be given several times",
    )  # fmt: skip
    parser.add_argument(
        "--boxes", type=numbers(4), nargs=2, metavar="X0,Y0,X1,Y1",
        help="a box of each picture, in parts of it from 0 to 1, as `python -m ml detect` prints them",
    )  # fmt: skip
    add_json(parser, "one line of JSON")
    add_out(parser, "write A-B-matches.png and, with points, A-B-points.png")
    parser.add_argument("--pca", type=whole(1), metavar="K", help="compress patches to K numbers first")
    parser.add_argument(
        "--ratio",
        type=share,
        default=0.96,
        metavar="SHARE",
        help="of the ratio test, 0 to 1; 1: off (default: 0.96)",
    )
    parser.add_argument(
        "--movement", choices=("similarity", "affine", "homography"), default="similarity",
        help="what the geometric check allows (default: similarity)",
    )  # fmt: skip
    add_backbone(parser)
    add_layers(parser)
    add_long_sides(parser)
    parser.add_argument(
        "--calibrate", metavar="PAIRS.jsonl|rendered", help="fit the judgement to labelled pairs"
    )
    parser.add_argument(
        "--coefficients", type=Path, metavar="FILE",
        help="of the judgement: read, or written by --calibrate (default: the shipped ones)",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    from ml.tools.match.compare import Settings

    settings = Settings(ratio=arguments.ratio, kind=arguments.movement, pca=arguments.pca)
    if arguments.calibrate:
        return calibrate(arguments, settings)
    if len(arguments.pictures) != 2:
        raise MlError("Name two pictures to compare.")
    return compare_two(arguments, settings)


def compare_two(arguments: argparse.Namespace, settings: Settings) -> int:
    from ml.tools.match.compare import compare, locate
    from ml.tools.match.place import COEFFICIENTS, CROP_COEFFICIENTS, read_model

    model = read_model(arguments.coefficients or (CROP_COEFFICIENTS if arguments.boxes else COEFFICIENTS))
    (first, a), (second, b) = looked_at(arguments)
    comparison = compare(a, b, settings)
    found = [locate(comparison, *point) for point in arguments.point]
    line = line_of(comparison, model.chance(comparison.statistics), arguments.point, found)
    if arguments.out:
        line["pictures"] = write_pictures(arguments, (first, second), comparison, found)
    print(json.dumps(line) if arguments.json else in_words(line))
    return 0


def looked_at(arguments: argparse.Namespace) -> list[tuple[Image, Descriptors]]:
    """Both pictures, or what lies in their boxes, with descriptors. Raises MlError."""
    from ml.backbone import load_backbone
    from ml.pictures import read_picture
    from ml.tools.crops import describe_box
    from ml.transforms import box_crop

    images = [read_picture(path) for path in arguments.pictures]
    if not arguments.boxes:
        describe = describer(arguments)
        return [(image, describe(image)) for image in images]
    for x0, y0, x1, y1 in arguments.boxes:
        if not (0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1):
            raise MlError(
                "A box is x0,y0,x1,y1 in parts of its picture, from 0 to 1, with x0 < x1 and y0 < y1."
            )
    backbone = load_backbone(arguments.backbone, arguments.threads)
    pairs = zip(images, arguments.boxes, strict=True)
    return [(box_crop(image, box), describe_box(backbone, image, box)) for image, box in pairs]


def line_of(
    comparison: Comparison, same_place: float, points: Sequence[tuple[float, float]], found: Sequence[Found]
) -> dict[str, Any]:
    inliers = comparison.movement.inliers
    line: dict[str, Any] = {
        "same_place": round(same_place, 4),
        "matches": len(inliers),
        "inliers": int(inliers.sum()),
    }
    if inliers.any():
        line["movement"] = comparison.movement.matrix.round(5).tolist()
    if points:
        line["points"] = [
            {"a": list(point), "b": [round(place.x, 1), round(place.y, 1)],
             "similarity": round(place.similarity, 4), "rival": round(place.rival, 4)}
            for point, place in zip(points, found, strict=True)
        ]  # fmt: skip
    return line


def write_pictures(
    arguments: argparse.Namespace, images: tuple[Image, Image], comparison: Comparison, found: Sequence[Found]
) -> list[str]:
    """Write what was asked for; returns the paths."""
    import numpy as np

    from ml.pictures import write_picture
    from ml.tools.match.draw import draw_matches, draw_points

    stem = "-".join(path.stem for path in arguments.pictures)
    pictures = {"matches": draw_matches(*images, comparison.matches, comparison.movement)}
    if found:
        pictures["points"] = draw_points(*images, np.array(arguments.point), found)
    return [
        str(write_picture(arguments.out / f"{stem}-{name}.png", picture))
        for name, picture in pictures.items()
    ]


def in_words(line: dict[str, Any]) -> str:
    words = [
        f"Same place: {line['same_place']:.2f}; {line['inliers']} of {line['matches']} matches agree on one movement."
    ]
    words += [
        f"{place['a'][0]:g},{place['a'][1]:g} is at {place['b'][0]:g},{place['b'][1]:g} (similarity {place['similarity']:.2f}, "
        f"next best {place['rival']:.2f})."
        for place in line.get("points", ())
    ]
    return "\n".join([*words, *line.get("pictures", ())])


def calibrate(arguments: argparse.Namespace, settings: Settings) -> int:
    from ml.tools.match.calibrate import calibrated, judge_pairs, judge_rendered, read_pairs
    from ml.tools.match.place import COEFFICIENTS, write_model

    path = arguments.coefficients or COEFFICIENTS
    if arguments.calibrate == "rendered":
        judged = list(judge_rendered(describer(arguments), settings))
        source = "frames of rendered drives within 60 m (ml/tools/match/rendered.py)"
    else:
        pairs = read_pairs(Path(arguments.calibrate))
        judged = list(
            judge_pairs(
                pairs, describer(arguments), settings, lambda done, total: report(done, total, "pairs")
            )
        )
        source = f"labelled pairs of {Path(arguments.calibrate).name}"
    model, figures = calibrated(judged, arguments.backbone.rsplit("/", 1)[-1], source)
    write_model(model, path)
    print(json.dumps({"coefficients": str(path), **figures}))
    return 0
