"""Follow a point or a box through a clip or a sequence of pictures.

The point or box is given in pixels of the first frame. Prints one line per frame; with --json one JSON object, with frame,
at_ms, x, y (null while lost), confidence from 0 to 1 and state, and the box where one is followed. Example:

  python -m ml follow drive.mp4 --box 310,120,520,260 --from-s 3 --to-s 8 --json --trail trail.mp4
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.cli import numbers
from ml.cli._footage import add_footage_arguments, footage_of

if TYPE_CHECKING:
    from ml.tools.describe import TokenSource
    from ml.types import Floats
    from ml.video import Moment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_footage_arguments(parser)
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--point", type=numbers(2), metavar="X,Y", help="pixels of the first frame")
    place.add_argument("--box", type=numbers(4), metavar="X0,Y0,X1,Y1", help="pixels of the first frame")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument(
        "--trail", type=Path, metavar="FILE.mp4", help="write the frames with the trail as a clip"
    )
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="write the frames with the trail as PNG")
    parser.add_argument("--fps", type=float, default=10.0, help="frames per second of the clip (default: 10)")
    parser.add_argument("--layer", type=int, default=-1, help="layer of the patches (default: -1, the last)")


def run(arguments: argparse.Namespace) -> int:
    from ml.backbone import load_backbone
    from ml.tools.follow.trail import Trail
    from ml.video import ClipWriter, write_png

    encoder, trail, line = load_backbone(arguments.backbone, arguments.threads), Trail(), None
    with ExitStack() as stack:
        clip = stack.enter_context(ClipWriter(arguments.trail, arguments.fps)) if arguments.trail else None
        for moment, line in followed(encoder, footage_of(arguments), arguments):
            print(json.dumps(line) if arguments.json else in_words(line), flush=True)
            drawn = trail.draw(moment.image, line) if clip or arguments.pictures else None
            if clip and drawn is not None:
                clip.write(drawn)
            if arguments.pictures and drawn is not None:
                write_png(arguments.pictures / f"{moment.name}-trail.png", drawn)
    for path in filter(None, (arguments.trail, arguments.pictures)):
        print(f"The trail is in {path}.", file=sys.stderr)
    return 0


def followed(
    encoder: TokenSource, moments: Iterator[Moment], arguments: argparse.Namespace
) -> Iterator[tuple[Moment, dict[str, Any]]]:
    """Each frame with its line; one frame at a time is in memory."""
    from ml.tools.describe import see
    from ml.tools.follow import follow, line_of, place_within

    first = next(moments)
    box = place_within(arguments.box or arguments.point * 2, first.image.shape[:2])
    seen: list[tuple[Moment, tuple[int, int]]] = []

    def grids() -> Iterator[tuple[int, Floats]]:
        for moment in chain([first], moments):
            grid = see(encoder, moment.image, (arguments.layer,), arguments.long_side).grids[0]
            seen[:] = [(moment, grid.shape[:2])]
            yield moment.at_ms, grid

    for sight in follow(grids(), box, is_point=arguments.point is not None):
        moment, shape = seen[0]
        size = moment.image.shape[:2]
        line = line_of(sight, moment.frame, moment.at_ms, size, shape, box if arguments.box else None)
        yield moment, line | {"name": moment.name}


def in_words(line: dict[str, Any]) -> str:
    at = f"{line['name']} at {line['at_ms'] / 1000:.2f} s"
    if line["state"] == "lost":
        return f"{at}: lost ({line['confidence']:.2f})"
    return f"{at}: {line['x']:.1f},{line['y']:.1f} ({line['confidence']:.2f})"
