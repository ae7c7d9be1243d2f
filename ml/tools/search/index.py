"""An index: CLS vectors of pictures or houses under their names, in one file that knows which backbone made it."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.types import Box, Floats, MlError

FORMAT = 1
UNIT_WITHIN = 1e-3


class SearchError(MlError):
    """An index cannot be read, or was made by another backbone, or a search cannot be made as asked."""


@dataclass(frozen=True)
class Maker:
    """What made the vectors; vectors of two makers are never compared.

    `crop` is none, festive or detector; `cropper_sha256` is empty for none. `steps` names the preprocessing.
    """

    backbone: str
    backbone_sha256: str
    dimension: int
    crop: str
    cropper_sha256: str
    steps: str


@dataclass(frozen=True)
class Look:
    """One vector of a picture: `box` x0, y0, x1, y1 in [0, 1] of it, `vector` (D,) float32 of length 1."""

    box: Box
    vector: Floats


@dataclass(frozen=True)
class Entry:
    """One picture, or one house: its name, `stamp` that changes when the file does, and how many vectors it has."""

    name: str
    stamp: str
    count: int


@dataclass(frozen=True)
class Index:
    """Entries in the order in which they came; their rows follow each other in `boxes` (N, 4) and `vectors` (N, D)."""

    maker: Maker
    entries: tuple[Entry, ...]
    boxes: Floats
    vectors: Floats

    def with_looks(self, looks: dict[Entry, tuple[Look, ...]]) -> Index:
        """The index with more entries. An entry of a known name takes the place of the old one, at the end.

        Raises SearchError for vectors of another dimension or length, and for entries without any.
        """
        names = {entry.name for entry in looks}
        kept = self.without(names) if names & self.names else self
        rows = [look for found in looks.values() for look in found]
        if not rows:
            return kept
        vectors = np.stack([look.vector for look in rows]).astype(np.float32)
        check_vectors(vectors, self.maker.dimension)
        if any(entry.count != len(found) or not found for entry, found in looks.items()):
            raise SearchError("Every entry of an index needs as many vectors as it says, and at least one.")
        return replace(
            kept,
            entries=kept.entries + tuple(looks),
            boxes=np.concatenate([kept.boxes, np.array([look.box for look in rows], dtype=np.float32)]),
            vectors=np.concatenate([kept.vectors, vectors]),
        )

    def without(self, names: set[str]) -> Index:
        """The index without the entries of these names."""
        stays = [entry.name not in names for entry in self.entries]
        rows = np.repeat(stays, [entry.count for entry in self.entries])
        entries = tuple(entry for entry, stay in zip(self.entries, stays, strict=True) if stay)
        return replace(self, entries=entries, boxes=self.boxes[rows], vectors=self.vectors[rows])

    @property
    def names(self) -> set[str]:
        return {entry.name for entry in self.entries}

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """(entries + 1,): the first row of each entry, and the number of rows."""
        counts = [entry.count for entry in self.entries]
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def empty_index(maker: Maker) -> Index:
    return Index(
        maker=maker,
        entries=(),
        boxes=np.zeros((0, 4), dtype=np.float32),
        vectors=np.zeros((0, maker.dimension), dtype=np.float32),
    )


def check_vectors(vectors: Floats, dimension: int) -> None:
    """Raises SearchError unless they are (N, dimension), finite and of length 1."""
    if vectors.ndim != 2 or vectors.shape[1] != dimension:
        raise SearchError(f"The index holds vectors of {dimension} numbers; these are of another size.")
    if (
        not np.isfinite(vectors).all()
        or np.abs(np.linalg.norm(vectors, axis=1) - 1).max(initial=0) > UNIT_WITHIN
    ):
        raise SearchError("The vectors of an index have to be of length 1.")


def check_maker(index: Index, maker: Maker) -> None:
    """Raises SearchError with a sentence where the index was made in another way."""
    old = index.maker
    if (old.backbone_sha256, old.dimension) != (maker.backbone_sha256, maker.dimension):
        raise SearchError(
            f"This index was made with the backbone {old.backbone!r} ({old.backbone_sha256[:12]}), not with "
            f"{maker.backbone!r} ({maker.backbone_sha256[:12]}); use that one, or register the pictures anew."
        )
    if (old.crop, old.cropper_sha256) != (maker.crop, maker.cropper_sha256):
        kind = "another one of its kind" if old.crop == maker.crop else f"crop {maker.crop!r}"
        raise SearchError(
            f"This index was made with the crop {old.crop!r}, not with {kind}; use that one, or register the pictures anew."
        )
    if old.steps != maker.steps:
        raise SearchError(
            "This index was made by another version of the preprocessing; register the pictures anew."
        )


def save_index(path: Path, index: Index) -> None:
    """Write `path`.npz, whole or not at all, and its card for people beside it as `.json`."""
    path = npz(path)
    card = json.dumps(card_of(index), indent=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("wb") as file:
        card_bytes = np.frombuffer(card.encode(), dtype=np.uint8)
        np.savez(file, vectors=index.vectors, boxes=index.boxes, card=card_bytes)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    path.with_suffix(".json").write_text(card + "\n", encoding="utf-8")


def card_of(index: Index) -> dict[str, Any]:
    starts = index.starts
    return {
        "format": FORMAT,
        **asdict(index.maker),
        "pictures": [
            {
                "path": entry.name,
                "stamp": entry.stamp,
                "boxes": np.round(index.boxes[first : first + entry.count].astype(float), 4).tolist(),
            }
            for entry, first in zip(index.entries, starts, strict=False)
        ],
    }


def load_index(path: Path) -> Index:
    """Raises SearchError where the file is missing, damaged or no index."""
    path = npz(path)
    if not path.is_file():
        raise SearchError(
            f"There is no index {path}; make one with: python -m ml search register {path} FOLDER"
        )
    try:
        with np.load(path, allow_pickle=False) as arrays:
            card = json.loads(arrays["card"].tobytes().decode())
            index = Index(
                maker=Maker(**{name: card[name] for name in Maker.__dataclass_fields__}),
                entries=tuple(
                    Entry(one["path"], one["stamp"], len(one["boxes"])) for one in card["pictures"]
                ),
                boxes=arrays["boxes"].astype(np.float32),
                vectors=arrays["vectors"].astype(np.float32),
            )
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        raise SearchError(f"{path} is no index that can be read; it may be damaged.") from None
    if not index.starts[-1] == len(index.vectors) == len(index.boxes):
        raise SearchError(f"{path} is no index that can be read; it may be damaged.")
    check_vectors(index.vectors, index.maker.dimension)
    return index


def npz(path: Path) -> Path:
    """The path with the suffix .npz."""
    return path if path.suffix == ".npz" else path.with_name(path.name + ".npz")
