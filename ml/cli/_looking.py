"""Arguments that the commands share which crop pictures and look at them, and what they make of these."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ml.cli._arguments import share

if TYPE_CHECKING:
    from ml.backbone import LoadedBackbone
    from ml.tools.detect import Cropper

CROPS = ("none", "festive", "detector")
PROGRESS_EVERY = 50


def add_crop_arguments(parser: argparse.ArgumentParser) -> None:
    """Where a detector lies and what it is asked for."""
    parser.add_argument(
        "--detector",
        type=Path,
        metavar="FOLDER",
        help="a Grounding DINO as the hub keeps it: config.json with onnx/model.onnx or model.safetensors",
    )
    parser.add_argument(
        "--prompt",
        default="house . building .",
        help="what the detector looks for (default: house . building .)",
    )
    parser.add_argument(
        "--sure",
        type=share,
        default=0.25,
        metavar="SHARE",
        help="lowest score of the detector, 0 to 1 (default: 0.25)",
    )
    parser.add_argument(
        "--head", default="embedded-head", help="head of the festive crop (default: embedded-head)"
    )


def cropper_of(backbone: LoadedBackbone, kind: str, arguments: argparse.Namespace) -> Cropper | None:
    """The cropper of a kind as the arguments describe it; None for `none`."""
    from ml.tools.detect import load_cropper

    return load_cropper(kind, backbone, arguments.head, arguments.detector, arguments.prompt, arguments.sure)


def report(done: int, total: int, what: str = "pictures") -> None:
    """Progress on stderr, every 50 and at the end."""
    if done % PROGRESS_EVERY == 0 or done == total:
        print(f"{done} of {total} {what}", file=sys.stderr)


def exit_code(refused: int, total: int) -> int:
    """0 where nothing was refused, 1 where something was, 2 where everything was."""
    if not refused:
        return 0
    return 2 if refused == total else 1
