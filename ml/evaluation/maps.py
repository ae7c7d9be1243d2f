"""Festivity maps of many pictures, kept in a file per scorer so that no picture is scored twice."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ml.pictures import read_picture
from ml.types import Floats, Image, ScoredImage, ScorerCard
from ml.weights import sha256_of

AT_ONCE = 8
SAVE_EVERY = 200


class MapMaker(Protocol):
    """Whatever makes festivity maps: a `ml.scorer.Scorer`, or another way that is compared with it."""

    hash: str
    card: ScorerCard

    def score(self, images: Sequence[Image]) -> list[ScoredImage]:
        """See `ml.scorer.Scorer.score`."""


class KeptMaps:
    """The maps of one scorer, in `folder`/<hash of the scorer>.npz, each under the SHA-256 of its picture file."""

    def __init__(self, scorer: MapMaker, folder: Path, title: str = "scorer") -> None:
        self.scorer = scorer
        self.title = title
        self.path = folder / f"{scorer.hash}.npz"
        self._known: dict[str, Floats] = {}
        self._unsaved = 0
        if self.path.is_file():
            with np.load(self.path, allow_pickle=False) as arrays:
                self._known = {name: arrays[name] for name in arrays.files}

    def of(self, pictures: Sequence[Path], what: str) -> list[Floats]:
        """Festivity maps (h, w) in the order of the pictures; `what` they are is said while the missing ones are scored."""
        names = [sha256_of(path) for path in pictures]
        missing = {name: path for name, path in zip(names, pictures, strict=True) if name not in self._known}
        waiting = list(missing.items())
        for start in range(0, len(waiting), AT_ONCE):
            self._score(waiting[start : start + AT_ONCE])
            done = min(start + AT_ONCE, len(waiting))
            if done % 80 == 0 or done == len(waiting):
                print(f"{self.title}, {what}: {done} of {len(waiting)} pictures", file=sys.stderr)
        self._save()
        return [self._known[name] for name in names]

    def festivities(self, pictures: Sequence[Path], what: str) -> NDArray[np.float64]:
        """Festivity of each picture, the mean of its map."""
        return np.array([float(found.mean()) for found in self.of(pictures, what)], dtype=np.float64)

    def _score(self, waiting: Sequence[tuple[str, Path]]) -> None:
        scored = self.scorer.score([read_picture(path) for _, path in waiting])
        self._known |= {name: found.festivity_map for (name, _), found in zip(waiting, scored, strict=True)}
        self._unsaved += len(waiting)
        if self._unsaved >= SAVE_EVERY:
            self._save()

    def _save(self) -> None:
        if self._unsaved == 0:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_suffix(".part.npz")
        np.savez(unfinished, allow_pickle=False, **self._known)
        unfinished.replace(self.path)
        self._unsaved = 0
