"""What `pca` and `cls-map` share: pictures and clips in, their patches as colours out, beside the original.

Footage is gone through twice: once for a sample that fixes the colours of the whole set, once to draw. One frame at a time is
in memory, and of the sample only its patch grids.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.cli._arguments import add_json, positive, whole
from ml.cli._footage import add_footage_arguments, footage_of

if TYPE_CHECKING:
    from ml.tools.describe import Seen, TokenSource
    from ml.types import Image
    from ml.video import Moment

SAMPLE = 48


@dataclass(frozen=True)
class Drawing:
    """One layer of one picture: `colours` (h, w, 3), the `words` under it and `figures` for its JSON line."""

    colours: Image
    words: str
    figures: dict[str, Any]


Painter = Callable[["Seen"], Sequence[Drawing]]


def add_view_arguments(parser: argparse.ArgumentParser) -> None:
    add_footage_arguments(parser)
    parser.set_defaults(layers=(-1,))
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the pictures")
    parser.add_argument(
        "--video",
        choices=["frames", "layers", "none"],
        help="an MP4 through the frames, or one per picture through the layers (default: frames for a clip)",
    )
    parser.add_argument(
        "--fps", type=positive, metavar="N", help="frames per second of the MP4 (default: 10, layers: 1)"
    )
    parser.add_argument(
        "--width", type=whole(32), default=640, metavar="PX", help="long side of a panel (default: 640)"
    )
    parser.add_argument("--alone", action="store_true", help="leave out the original beside the patches")
    add_json(parser)


def draw_views(arguments: argparse.Namespace, kind: str, learn: Callable[[list[Seen]], Painter]) -> int:
    """Draw all frames; `learn` makes the painter of the set from a sample of it."""
    from ml.backbone import load_backbone
    from ml.video import ClipWriter, is_clip

    backbone = load_backbone(arguments.backbone, arguments.threads)
    sample = sample_of(backbone, arguments)
    paint = learn(sample)
    print(f"Frames that give the colours of the whole set: {len(sample)}.", file=sys.stderr)
    clip = is_clip(arguments.paths[0])
    video = arguments.video or ("frames" if clip else "none")
    title, names = arguments.paths[0].stem or "pictures", Counter[str]()
    with ExitStack() as stack:
        writer = None
        if video == "frames":
            path = arguments.out / f"{title}-{kind}.mp4"
            writer = stack.enter_context(ClipWriter(path, arguments.fps or 10))
        for moment in footage_of(arguments):
            drawings = paint(seen_of(backbone, moment, arguments))
            names[moment.name] += 1
            name = moment.name if names[moment.name] == 1 else f"{moment.name}-{names[moment.name]}"
            written = write_view(arguments, moment, drawings, arguments.out / f"{name}-{kind}", writer, video)
            say(arguments, moment, drawings, written)
    if writer:
        print(f"The clip is {writer.path}.", file=sys.stderr)
    return 0


def sample_of(backbone: TokenSource, arguments: argparse.Namespace) -> list[Seen]:
    """At most twice 48 frames, evenly spaced over the footage whatever its length, seen by the backbone."""
    kept: list[Seen] = []
    stride = 1
    for number, moment in enumerate(footage_of(arguments)):
        if number % stride:
            continue
        kept.append(seen_of(backbone, moment, arguments))
        if len(kept) == 2 * SAMPLE:
            kept, stride = kept[::2], 2 * stride
    return kept


def seen_of(backbone: TokenSource, moment: Moment, arguments: argparse.Namespace) -> Seen:
    from ml.tools.describe import see

    return see(backbone, moment.image, arguments.layers, arguments.long_side)


def write_view(
    arguments: argparse.Namespace,
    moment: Moment,
    drawings: Sequence[Drawing],
    stem: Path,
    writer: Any,
    video: str,
) -> Path | None:
    """Write what was asked for of one frame; returns the file that is its own, if it has one."""
    from ml.pictures import write_picture
    from ml.tools.panels import beside
    from ml.video import ClipWriter

    original, *panels = panels_of(arguments, moment, drawings)
    before = [] if arguments.alone else [original]
    if video == "layers":
        with ClipWriter(stem.with_name(f"{stem.name}-layers.mp4"), arguments.fps or 1) as layers:
            for panel in panels:
                layers.write(beside([*before, panel]))
        return layers.path
    page = beside([*before, *panels])
    if writer is not None:
        writer.write(page)
        return None
    return write_picture(stem.with_name(f"{stem.name}.png"), page)


def panels_of(arguments: argparse.Namespace, moment: Moment, drawings: Sequence[Drawing]) -> Iterator[Image]:
    """The original and one panel per layer, all of one size."""
    from ml.tools.panels import blown_up, captioned, shrunk

    original = shrunk(moment.image, arguments.width)
    height, width = original.shape[:2]
    yield captioned(original, f"{moment.name}   {moment.at_ms / 1000:.2f} s")
    for drawing in drawings:
        yield captioned(blown_up(drawing.colours, height, width), drawing.words)


def say(
    arguments: argparse.Namespace, moment: Moment, drawings: Sequence[Drawing], written: Path | None
) -> None:
    """One line per frame."""
    if not arguments.json:
        print(f"{moment.name}: {written}" if written else moment.name, flush=True)
        return
    line = {"frame": moment.frame, "at_ms": moment.at_ms, "name": moment.name}
    layers = [
        {"layer": layer, **drawing.figures} for layer, drawing in zip(arguments.layers, drawings, strict=True)
    ]
    print(json.dumps(line | {"file": str(written) if written else None, "layers": layers}), flush=True)
