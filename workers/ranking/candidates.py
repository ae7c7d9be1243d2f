"""What the ranking knows of every frame that the scorer scored, and of those that people labelled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.tools.choosing import Pictures, uncertainty, unsure_share
from server.frames.models import FrameScore, Scorer
from server.labels.models import Label

COLUMNS = (
    "frame_id", "frame__drive_id", "frame__camera_id", "frame__view", "frame__captured_at", "frame__public_id",
    "festivity", "map_rows", "map_columns", "map_bytes", "cls_vector",
)  # fmt: skip
AT_ONCE = 1000


@dataclass(frozen=True)
class Word:
    """The label of a frame that counts: whether it says festive, and whether a mask was drawn."""

    festive: bool
    drawn: bool


@dataclass(frozen=True)
class Candidates:
    """n frames in order of their ids: festivity, uncertainty and unsure share in [0, 1], and what tells them apart."""

    ids: NDArray[np.int64]
    names: list[str]
    drives: NDArray[np.int64]
    festivity: NDArray[np.float64]
    uncertainty: NDArray[np.float64]
    unsure: NDArray[np.float64]
    pictures: Pictures
    words: dict[int, Word]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def labelled(self) -> NDArray[np.bool_]:
        """(n,): those whose label that counts has a mask. They teach already, and are not chosen."""
        return self.of_words(lambda word: word.drawn)

    @cached_property
    def spoken_of(self) -> NDArray[np.bool_]:
        """(n,): those of which a person said anything."""
        return self.of_words(lambda _word: True)

    @cached_property
    def said_festive(self) -> NDArray[np.bool_]:
        return self.of_words(lambda word: word.festive)

    def of_words(self, holds: Any) -> NDArray[np.bool_]:
        return np.array([pk in self.words and holds(self.words[pk]) for pk in self.ids.tolist()], dtype=bool)

    def places_of(self, which: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.flatnonzero(which)

    def pictures_of(self, places: NDArray[np.int64]) -> Pictures:
        seen = self.pictures
        return Pictures(seen.vectors[places], seen.streams[places], seen.at_s[places])


def candidates(scorer: Scorer) -> Candidates:
    """Every frame that the scorer scored, but those that were set aside."""
    rows = list(weighed(scorer))
    vectors = of_one_length([row["vector"] for row in rows])
    keys = [(row["drive"], row["camera"], row["view"]) for row in rows]
    numbers = {key: number for number, key in enumerate(sorted(set(keys)))}
    return Candidates(
        ids=np.array([row["id"] for row in rows], dtype=np.int64),
        names=[row["name"] for row in rows],
        drives=np.array([row["drive"] for row in rows], dtype=np.int64),
        festivity=np.array([row["festivity"] for row in rows], dtype=np.float64),
        uncertainty=np.array([row["uncertainty"] for row in rows], dtype=np.float64),
        unsure=np.array([row["unsure"] for row in rows], dtype=np.float64),
        pictures=Pictures(
            vectors,
            np.array([numbers[key] for key in keys], dtype=np.int64),
            np.array([row["at_s"] for row in rows], dtype=np.float64),
        ),
        words=words_that_count(),
    )


def weighed(scorer: Scorer) -> Iterator[dict[str, Any]]:
    scores = FrameScore.objects.filter(scorer=scorer, frame__poisoned=False).order_by("frame_id")
    for row in scores.values_list(*COLUMNS).iterator(chunk_size=AT_ONCE):
        pk, drive, camera, view, at, name, festivity, rows, columns, content, vector = row
        patches = np.frombuffer(content, dtype=np.uint8).reshape(rows, columns) / 255
        yield {
            "id": pk, "drive": drive, "camera": camera, "view": view, "at_s": at.timestamp(), "name": name,
            "festivity": festivity, "uncertainty": uncertainty(patches), "unsure": unsure_share(patches),
            "vector": np.frombuffer(vector, dtype=np.float16),
        }  # fmt: skip


def of_one_length(vectors: list[NDArray[np.float16]]) -> NDArray[np.float32]:
    """(n, D): as they are; what has another length than most is taken for zeros."""
    lengths = [len(vector) for vector in vectors]
    usual = max(set(lengths), key=lengths.count, default=0)
    together = np.zeros((len(vectors), usual), dtype=np.float32)
    for place, vector in enumerate(vectors):
        if len(vector) == usual:
            together[place] = vector
    return together


def words_that_count() -> dict[int, Word]:
    """By frame id."""
    rows = Label.objects.newest_of_each_frame().values_list("frame_id", "verdict", "mask_share")
    festive = Label.Verdict.FESTIVE
    return {frame_id: Word(verdict == festive, share is not None) for frame_id, verdict, share in rows}
