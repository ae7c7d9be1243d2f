"""What a picture is about, as boxes: festive light, the foreground, or what a detector finds for some words."""

from __future__ import annotations

from pathlib import Path

from ml.backbone import LoadedBackbone
from ml.head import load_head
from ml.tools.detect.crops import Crop, Cropper, DetectError
from ml.tools.detect.festive import FestiveCropper
from ml.tools.detect.grounding import PROMPT, THRESHOLD, GroundingCropper

KINDS = ("none", "festive", "detector")

__all__ = ["KINDS", "PROMPT", "THRESHOLD", "Crop", "Cropper", "DetectError", "load_cropper"]


def load_cropper(
    kind: str,
    backbone: LoadedBackbone,
    head: str = "embedded-head",
    detector: Path | None = None,
    prompt: str = PROMPT,
    threshold: float = THRESHOLD,
) -> Cropper | None:
    """The cropper of a kind; None for `none`. `detector` is the folder of a Grounding DINO. Raises MlError."""
    if kind == "none":
        return None
    if kind == "festive":
        return FestiveCropper(backbone, load_head(head))
    if kind == "detector":
        if detector is None:
            raise DetectError("Which detector? Name the folder of a Grounding DINO with --detector.")
        return GroundingCropper(detector, prompt, threshold)
    raise DetectError(f"There is no crop {kind!r}; known are: {', '.join(KINDS)}.")
