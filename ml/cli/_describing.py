"""What `match` and `segment` share: pictures to descriptors, as the command line asks."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ml.tools.match.calibrate import Describe


def describer(arguments: argparse.Namespace, layers: tuple[int, ...] = (-1,)) -> Describe:
    """By the backbone, layers (those given where the command line has none) and sizes of the arguments."""
    from ml.backbone import load_backbone
    from ml.tools.describe import describe

    backbone = load_backbone(arguments.backbone, arguments.threads)
    return lambda image: describe(backbone, image, arguments.long_side, arguments.layers or layers)
