"""Which pictures are worth a label: how unsure a scorer is of each, and which of them tell most together.

A batch is chosen as in "Active Learning for Convolutional Neural Networks: A Core-Set Approach" (Sener and Savarese, ICLR 2018,
the greedy k-centre of its algorithm 1), with each distance weighted by what the picture is worth, as the gradients of BADGE are
by their uncertainty (Ash et al., ICLR 2020). There is no draw in it: the same pictures give the same order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.types import Floats

Ints = NDArray[np.int64]
Doubles = NDArray[np.float64]

MAYBE = 0.1
"""From this probability on a patch may be festive."""
GROUND = 0.03
"""So large a share of the picture that is sure and dark is counted to what may be festive, so that a few patches weigh little."""
APART_S = 3.0
BESIDE = 0.01
"""What is left of the worth of a picture that one camera took within APART_S of a chosen one."""
NEIGHBOURS = 5
ALIKE = 0.5
"""The least mean cosine, from the common mean, at which the nearest labelled pictures are alike."""


def uncertainty(festivity_map: Floats | Doubles) -> float:
    """In [0, 1]: the mean binary entropy, in bits, of the patches of a map (h, w) that may be festive and of those around them.

    The rest of a night is black and sure, and would drown them; what is small counts for less, by GROUND.
    """
    p = np.asarray(festivity_map, dtype=np.float64)
    near = grown(p >= MAYBE)
    return float(entropy(p[near]).sum() / (near.sum() + GROUND * p.size))


def unsure_share(festivity_map: Floats | Doubles) -> float:
    """Of the patches that may be festive, how many are on neither side: from 0.2 to 0.8."""
    p = np.asarray(festivity_map, dtype=np.float64)
    maybe = p >= MAYBE
    return float(((p >= 0.2) & (p <= 0.8)).sum() / max(1, maybe.sum()))


def entropy(p: Doubles) -> Doubles:
    """Of probabilities, in bits: 0 at 0 and 1, 1 at one half."""
    q = np.clip(p, 1e-9, 1 - 1e-9)
    return np.asarray(-(q * np.log2(q) + (1 - q) * np.log2(1 - q)))


def grown(patches: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(h, w): those patches and their eight neighbours."""
    rows, columns = patches.shape
    around = np.pad(patches, 1)
    moved = [around[i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    return np.asarray(np.logical_or.reduce(moved))


@dataclass(frozen=True)
class Pictures:
    """n pictures: CLS vectors (n, D), the stream (one view of one camera) of each (n,), and when it was taken, in s (n,)."""

    vectors: Floats
    streams: Ints
    at_s: Doubles

    def __len__(self) -> int:
        return len(self.streams)


def spread_out(worth: Doubles, pictures: Pictures, known: Pictures, count: int) -> list[int]:
    """The places of at most `count` of the n pictures, those first that are worth most and unlike all before them.

    Each time the one is taken whose worth (n,) times its distance to the nearest chosen or `known` picture is largest: half of
    one minus the cosine, of vectors seen from their common mean, since pictures of one night are all alike. What a camera took
    within APART_S of a chosen or known picture keeps BESIDE of its worth. Of equals the first is taken; what is worth nothing
    is not.
    """
    together = centred(np.concatenate([pictures.vectors, known.vectors]))
    vectors, known_vectors = together[: len(pictures)], together[len(pictures) :]
    gain = Gain(np.asarray(worth, dtype=np.float64), pictures, vectors)
    for vector, stream, at_s in zip(known_vectors, known.streams, known.at_s, strict=True):
        gain.note(vector, int(stream), float(at_s))
    chosen: list[int] = []
    while len(chosen) < min(count, len(pictures)):
        best = int(gain.now().argmax())
        if gain.now()[best] <= 0:
            break
        chosen.append(best)
        gain.take(best)
    return chosen


class Gain:
    """What each picture would tell, beside those that are chosen and known."""

    def __init__(self, worth: Doubles, pictures: Pictures, vectors: Floats) -> None:
        self.worth, self.pictures, self.vectors = worth.copy(), pictures, vectors
        self.distance = np.ones(len(pictures))
        self.beside = np.zeros(len(pictures), dtype=bool)

    def now(self) -> Doubles:
        return self.worth * self.distance * np.where(self.beside, BESIDE, 1.0)

    def note(self, vector: Floats, stream: int, at_s: float) -> None:
        np.minimum(self.distance, (1 - self.vectors @ vector) / 2, out=self.distance)
        self.beside |= (self.pictures.streams == stream) & (np.abs(self.pictures.at_s - at_s) <= APART_S)

    def take(self, place: int) -> None:
        self.worth[place] = 0
        self.note(self.vectors[place], int(self.pictures.streams[place]), float(self.pictures.at_s[place]))


def centred(vectors: Floats) -> Floats:
    """(n, D) of length 1, seen from the mean of all; zeros where one lies on it."""
    seen = np.asarray(vectors, dtype=np.float32)
    seen = seen - seen.mean(axis=0, keepdims=True) if len(seen) > 1 else seen
    lengths = np.linalg.norm(seen, axis=1, keepdims=True)
    return np.asarray(seen / np.maximum(lengths, 1e-9))


def contradicted(
    vectors: Floats, festive: NDArray[np.bool_], known: Floats, said: NDArray[np.bool_]
) -> Doubles:
    """(n,) in [0, 1]: how much the labelled pictures that look most like each of n pictures speak against the scorer.

    `festive` (n,) is what the scorer sees, `said` (m,) what people said of the `known` pictures (m, D). 0 while fewer than
    NEIGHBOURS are labelled, where no more than half of the nearest speak against it, or where the nearest are not near.
    """
    if len(known) < NEIGHBOURS or not len(vectors):
        return np.zeros(len(vectors))
    together = centred(np.concatenate([vectors, known]))
    cosines = together[: len(vectors)] @ together[len(vectors) :].T
    nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :NEIGHBOURS]
    near = np.maximum(np.take_along_axis(cosines, nearest, axis=1), 0)
    against = (near * (said[nearest] != festive[:, None])).mean(axis=1)
    most = (said[nearest] != festive[:, None]).sum(axis=1) > NEIGHBOURS / 2
    return np.where(most & (near.mean(axis=1) >= ALIKE), against, 0.0)
