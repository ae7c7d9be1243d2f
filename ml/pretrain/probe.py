"""The linear probe: what a head could make of the backbone so far, and whether that beats an untrained one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ml import logistic
from ml.metrics import average_precision
from ml.network import Backbone
from ml.patches import clear_patches
from ml.pictures import read_picture
from ml.transforms import LONG_SIDE_PX, fitted, normalised
from ml.truth import TruePicture, coverage, festive_area, labelled_pictures, rendered_pictures
from ml.types import Floats

MOST_PICTURES = 48
STRENGTH = 0.01


@dataclass(frozen=True)
class Seen:
    """One picture at the size of scoring: `image` (1, 3, H, W), the `rows` of clear patches and whether they are `festive`."""

    image: torch.Tensor
    rows: NDArray[np.intp]
    festive: NDArray[np.bool_]
    weights: Floats


class Probe:
    """A fixed set of pictures with truth; half of them teach a line, the other half judge it, and the other way round."""

    def __init__(self, pictures: Sequence[TruePicture], patch: int = 16) -> None:
        self._pictures, self._patch = list(pictures), patch
        self._seen: list[Seen] = []

    def __bool__(self) -> bool:
        return len(self._pictures) > 1

    def average_precision(self, backbone: Backbone) -> float:
        """Of the patches of both halves, each under the line of the other half."""
        if not self._seen:
            self._seen = [seen(picture, self._patch) for picture in self._pictures]
        features = [features_of(backbone, one) for one in self._seen]
        truth, logits = [], []
        for first in (0, 1):
            half, other = slice(first, None, 2), slice(1 - first, None, 2)
            line = logistic.fit(
                np.concatenate(features[half]),
                np.concatenate([one.festive for one in self._seen[half]]),
                np.concatenate([one.weights for one in self._seen[half]]),
                STRENGTH,
            )
            truth += [one.festive for one in self._seen[other]]
            logits += [line.logits(found) for found in features[other]]
        return average_precision(np.concatenate(truth), np.concatenate(logits))


def seen(picture: TruePicture, patch: int) -> Seen:
    image = fitted(read_picture(picture.path), LONG_SIDE_PX, patch)
    rows, columns = image.shape[0] // patch, image.shape[1] // patch
    share = coverage(festive_area(picture.mask()), rows, columns).ravel()
    brightness = image.max(axis=2).reshape(rows, patch, columns, patch).max(axis=(1, 3)).ravel()
    chosen, weights, festive = clear_patches(share, brightness.astype(np.float32))
    return Seen(torch.from_numpy(normalised([image])), chosen, festive, weights)


@torch.no_grad()
def features_of(backbone: Backbone, one: Seen) -> Floats:
    """(n, D') of the clear patches of one picture."""
    device = backbone.cls.device
    _, patches, _ = backbone(one.image.to(device))
    return patches[0].flatten(0, 1)[torch.from_numpy(one.rows).to(device)].float().cpu().numpy()


def probe_pictures(labelled: Sequence[Path], rendered: Sequence[Path]) -> list[TruePicture]:
    """At most 48 pictures, evenly spaced: those with drawn masks below `labelled`, or else rendered ones."""
    found = labelled_pictures(labelled) or [
        picture for folder in rendered for picture in rendered_pictures(folder)
    ]
    places = np.linspace(0, len(found) - 1, min(MOST_PICTURES, len(found))).round().astype(int)
    return [found[place] for place in places]
