"""Arguments that the commands share which crop pictures and look at them, and what they make of these."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ml.cli._arguments import share

if TYPE_CHECKING:
    from ml.backbone import LoadedBackbone
    from ml.tools.detect import Cropper

CROPS = ("none", "festive", "detector")


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
