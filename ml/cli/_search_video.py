"""The part of `search` that goes through footage: every frame to its best match, and a clip of both side by side."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.cli._arguments import number, positive, whole
from ml.cli._footage import piece_of
from ml.cli._searching import add_search_arguments, in_numbers, opened

if TYPE_CHECKING:
    from ml.tools.search import Finder, Index, Looker, Match
    from ml.video import Moment

PROGRESS_EVERY = 25


def add_video_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("index", type=Path, metavar="INDEX")
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="CLIP|FILE|DIR", help="one clip, or pictures in order"
    )
    parser.add_argument(
        "--top", type=whole(1), default=1, metavar="N", help="matches per frame in the lines (default: 1)"
    )
    parser.add_argument("--from-s", type=number, default=0.0, metavar="S", help="begin so many seconds in")
    parser.add_argument("--to-s", type=number, metavar="S", help="end so many seconds in (default: the end)")
    parser.add_argument(
        "--every", type=whole(1), default=1, metavar="N", help="every Nth frame (default: all)"
    )
    parser.add_argument("--max-frames", type=whole(1), metavar="N", help="stop after so many frames")
    parser.add_argument(
        "--fps", type=positive, default=10.0, metavar="N", help="frames per second of the clip (default: 10)"
    )
    parser.add_argument("--out", type=Path, metavar="OUT.mp4", help="write frames beside their best match")
    add_search_arguments(parser)
    parser.set_defaults(act=search_video)


def search_video(arguments: argparse.Namespace) -> int:
    from ml.tools.search import check_search
    from ml.tools.search.pages import beside_match, check_panel
    from ml.video import ClipWriter, read_footage

    check_panel(arguments.panel)
    check_search(arguments.top, arguments.threshold)
    index, finder, looker = opened(arguments)
    moments = read_footage(arguments.paths, piece_of(arguments))
    found = seen = 0
    with ClipWriter(arguments.out, arguments.fps) if arguments.out else nullcontext() as clip:
        for moment in moments:
            line, matches = line_of(moment, index, finder, looker, arguments)
            print(json.dumps(line) if arguments.json else words_of(line), flush=True)
            if clip is not None:
                words = f"{moment.at_ms / 1000:.1f} s  {moment.name}"
                clip.write(
                    beside_match(moment.image, words, matches[0] if matches else None, arguments.panel)
                )
            seen, found = seen + 1, found + bool(matches)
            if seen % PROGRESS_EVERY == 0:
                print(f"{seen} frames", file=sys.stderr)
    print(f"{seen} frames, {found} of them with a match", file=sys.stderr)
    if arguments.out:
        print(arguments.out, file=sys.stderr)
    return 0


def line_of(
    moment: Moment, index: Index, finder: Finder, looker: Looker, arguments: argparse.Namespace
) -> tuple[dict[str, Any], list[Match]]:
    """A frame that shows nothing has no matches, and says why."""
    from ml.tools.detect import DetectError
    from ml.tools.search import search

    line: dict[str, Any] = {"frame": moment.frame, "at_ms": moment.at_ms, "name": moment.name}
    try:
        looks = looker.look(moment.image)
    except DetectError as error:
        return line | {"matches": [], "error": str(error)}, []
    matches = search(index, finder, looks, arguments.top, arguments.threshold)
    return line | {"matches": [in_numbers(match) for match in matches]}, matches


def words_of(line: dict[str, Any]) -> str:
    found = "; ".join(f"{match['score']:.3f} {match['path']}" for match in line["matches"])
    return f"{line['at_ms'] / 1000:.2f} s: {found or line.get('error', 'nothing above the threshold')}"
