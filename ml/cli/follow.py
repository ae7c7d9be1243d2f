"""Follow a point or a box through a clip or a sequence of pictures.

The point or box is given in pixels of the first frame. Prints one line per frame; with --json one JSON object, with frame,
at_ms, x, y (null while lost), confidence from 0 to 1 and state, and the box where one is followed. Example:

  python -m ml follow drive.mp4 --box 310,120,520,260 --from-s 3 --to-s 8 --json --out followed
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.cli._arguments import add_json, add_out, numbers, positive
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
    add_json(parser, "one JSON object per frame")
    add_out(parser, "write the frames with the trail")
    parser.add_argument(
        "--video",
        choices=["frames", "none"],
        help="the trail as an MP4, or as PNGs (default: frames for a clip, else none)",
    )
    parser.add_argument(
        "--fps", type=positive, default=10.0, metavar="N", help="frames per second of the MP4 (default: 10)"
    )


def run(arguments: argparse.Namespace) -> int:
    from ml.backbone import load_backbone

    backbone = load_backbone(arguments.backbone, arguments.threads)
    with ExitStack() as stack:
        draw = drawer(arguments, stack)
        for moment, line in followed(backbone, footage_of(arguments), arguments):
            print(json.dumps(line) if arguments.json else in_words(line), flush=True)
            draw(moment, line)
    if arguments.out:
        print(f"The trail is in {arguments.out}.", file=sys.stderr)
    return 0


def drawer(arguments: argparse.Namespace, stack: ExitStack) -> Callable[[Moment, dict[str, Any]], object]:
    """What becomes of each frame and its line: nothing without --out, else NAME-trail.png or a frame of CLIP-trail.mp4."""
    from ml.pictures import free_path, write_picture
    from ml.tools.follow.trail import Trail
    from ml.video import ClipWriter, is_clip

    if not arguments.out:
        return lambda moment, line: None
    trail, first = Trail(), arguments.paths[0]
    if (arguments.video or ("frames" if is_clip(first) else "none")) == "none":
        written: set[Path] = set()
        return lambda moment, line: write_picture(
            free_path(arguments.out, f"{moment.name}-trail", ".png", written), trail.draw(moment.image, line)
        )
    clip = stack.enter_context(
        ClipWriter(arguments.out / f"{first.stem or 'pictures'}-trail.mp4", arguments.fps)
    )
    return lambda moment, line: clip.write(trail.draw(moment.image, line))


def followed(
    backbone: TokenSource, moments: Iterator[Moment], arguments: argparse.Namespace
) -> Iterator[tuple[Moment, dict[str, Any]]]:
    """Each frame with its line; one frame at a time is in memory."""
    from ml.tools.describe import LAST, see
    from ml.tools.follow import follow, line_of, place_within
    from ml.tools.grids import joined

    first = next(moments)
    box = place_within(arguments.box or arguments.point * 2, first.image.shape[:2])
    seen: list[tuple[Moment, tuple[int, int]]] = []

    def grids() -> Iterator[tuple[int, Floats]]:
        for moment in chain([first], moments):
            seen_now = see(backbone, moment.image, arguments.layers or LAST, arguments.long_side)
            grid = joined(seen_now.grids)
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
