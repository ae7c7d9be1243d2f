"""Pictures that went through the backbone once, their patch features kept in a folder."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from ml import transforms
from ml.backbone import Backbone, precision_of
from ml.pictures import read_picture
from ml.truth import TruePicture, coverage, festive_area
from ml.types import Floats, Image


class Shown(Protocol):
    """The n patches of a picture, row by row: their features (n, D') and festive `share` (n,)."""

    @property
    def picture(self) -> TruePicture: ...

    @property
    def columns(self) -> int: ...

    @property
    def share(self) -> Floats: ...

    def features(self) -> Floats: ...


@dataclass(frozen=True)
class Encoded:
    """The n patches of a picture, row by row: festive `share` and brightest value (n,); their features lie in a file."""

    picture: TruePicture
    columns: int
    share: Floats
    brightness: Floats
    features_path: Path

    def features(self) -> Floats:
        """(n, D')."""
        return np.load(self.features_path)


class Store:
    """Patch features of picture files, in `folder`, by backbone and by the picture's bytes."""

    def __init__(self, backbone: Backbone, folder: Path) -> None:
        self.backbone = backbone
        named = f"{backbone.sha256} {backbone.long_side} {transforms.VERSION}{precision_of(backbone)}"
        self.folder = folder / f"features-{hashlib.sha256(named.encode()).hexdigest()[:12]}"
        self.folder.mkdir(parents=True, exist_ok=True)

    def fitted(self, path: Path) -> Image:
        return transforms.fitted(read_picture(path), self.backbone.long_side, self.backbone.patch)

    def features_path(self, path: Path, image: Image) -> Path:
        """The file with the features (n, D') of `image`, which `path` holds; made where it is missing."""
        kept = self.folder / f"{hashlib.sha256(path.read_bytes()).hexdigest()}.npy"
        if not kept.is_file():
            patches = self.backbone.encode(transforms.normalised([image])).patches[0]
            making = kept.with_suffix(".part")
            with making.open("wb") as file:
                np.save(file, patches.reshape(-1, patches.shape[-1]).astype(np.float32))
            os.replace(making, kept)
        return kept


def encode(store: Store, picture: TruePicture) -> Encoded:
    image, patch = store.fitted(picture.path), store.backbone.patch
    rows, columns = image.shape[0] // patch, image.shape[1] // patch
    share = coverage(festive_area(picture.mask()), rows, columns)
    cells = image.max(axis=2).reshape(rows, patch, columns, patch)
    brightness = cells.max(axis=(1, 3)).ravel().astype(np.float32)
    return Encoded(picture, columns, share.ravel(), brightness, store.features_path(picture.path, image))


def encode_all(store: Store, pictures: Sequence[TruePicture]) -> list[Encoded]:
    """All pictures in their order, with progress on stderr."""
    encoded = []
    for done, picture in enumerate(pictures, start=1):
        encoded.append(encode(store, picture))
        if done % 50 == 0 or done == len(pictures):
            print(f"features of {done} of {len(pictures)} pictures", file=sys.stderr)
    return encoded
