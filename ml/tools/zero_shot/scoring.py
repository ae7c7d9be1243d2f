"""How festive does a picture look to a model that knows pictures by sentences, without a head of ours.

A text–image model brings sentences and pictures into one space. The probability of festive is that of the festive
sentences against the plain ones: with s the cosine of picture and sentence, t the model's scale (100 for CLIP) and M the
mean over a list, p = M exp(t s festive) / (M exp(t s festive) + M exp(t s plain)). Means, so that the longer list does
not win by its length. The same of each patch gives a map.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ml.tools.zero_shot.squares import cells, corners_of, cut, joined
from ml.types import Floats, Image, MlError
from ml.vectors import of_length_one

FESTIVE = (
    "a photo of a house decorated with Christmas lights at night",
    "colourful festive string lights along the roof of a house",
    "glowing Christmas decorations in a front yard at night",
    "an inflatable Santa or snowman glowing at night",
)
PLAIN = (
    "a photo of an ordinary house at night",
    "a dark street at night",
    "a street lamp at night",
    "the head lights of a car at night",
    "a lit window of a house at night",
    "a lit shop sign at night",
)
WINDOW_CELLS, CELLS = 2, 4


class ZeroShotError(MlError):
    """A text–image model is missing, cannot be read, or does not fit together."""


@dataclass(frozen=True)
class Seen:
    """What the model says of B square pictures: `embeds` (B, D) and, where it gives them, `patches` (B, g, g, D'); all of unit
    length. D' is D (CLIP), or D / 2, the half of dino.txt's space that patches live in."""

    embeds: Floats
    patches: Floats | None


class TextImageModel(Protocol):
    """Sentences and square pictures of `side` pixels into one space; `patch` pixels to a patch, `scale` to its cosines."""

    name: str
    sha256: str
    side: int
    patch: int
    scale: float

    def texts(self, sentences: Sequence[str]) -> Floats:
        """-> (T, D) of unit length."""

    def images(self, squares: Sequence[Image]) -> Seen:
        """Pictures (side, side, 3) uint8."""


@dataclass(frozen=True)
class Prompts:
    """Sentences that a festive picture is like, and sentences that a plain one is like; each list has at least one."""

    festive: tuple[str, ...] = FESTIVE
    plain: tuple[str, ...] = PLAIN

    def __post_init__(self) -> None:
        if not self.festive or not self.plain or not all(text.strip() for text in self.festive + self.plain):
            raise ZeroShotError(
                "Festive and plain prompts need at least one sentence each, none of them empty."
            )


@dataclass(frozen=True)
class ZeroShotScore:
    """`probability` of festive in [0, 1] and its map (h, w) in [0, 1]; `by_patches` where the model gave patches, else the map
    is of overlapping windows."""

    probability: float
    probability_map: Floats
    by_patches: bool


class ZeroShot:
    """A text–image model with its prompts."""

    def __init__(self, model: TextImageModel, prompts: Prompts | None = None) -> None:
        self.model = model
        self.prompts = prompts or Prompts()
        self._festive = model.texts(self.prompts.festive)
        self._plain = model.texts(self.prompts.plain)
        named = "\n".join([model.sha256, *self.prompts.festive, "against", *self.prompts.plain])
        self.hash = hashlib.sha256(named.encode()).hexdigest()[:12]

    def score(self, image: Image) -> ZeroShotScore:
        """Score a picture (H, W, 3) uint8 of any size, seen through squares along its longer side."""
        grid = self.model.side // self.model.patch
        rows, columns = cells(image, grid)
        corners = corners_of(rows, columns, grid, grid)
        seen = self.model.images(cut(image, rows, columns, grid, corners, self.model.side))
        probability = float(self.chances(seen.embeds).mean())
        if seen.patches is None:
            return ZeroShotScore(probability, self._by_windows(image), False)
        return ZeroShotScore(probability, joined(rows, columns, corners, self.chances(seen.patches)), True)

    def _by_windows(self, image: Image) -> Floats:
        """(h, w): the probability of windows of half the shorter side, averaged where they overlap."""
        rows, columns = cells(image, CELLS)
        corners = corners_of(rows, columns, WINDOW_CELLS, 1)
        seen = self.model.images(cut(image, rows, columns, WINDOW_CELLS, corners, self.model.side))
        found = self.chances(seen.embeds)[:, None, None]
        return joined(
            rows, columns, corners, np.broadcast_to(found, (len(corners), WINDOW_CELLS, WINDOW_CELLS))
        )

    def chances(self, vectors: Floats) -> Floats:
        """(..., D or D') of unit length -> (...) in [0, 1]."""
        return chance(vectors, self._festive, self._plain, self.model.scale)


def chance(vectors: Floats, festive: Floats, plain: Floats, scale: float) -> Floats:
    """Probability of festive of `vectors` (..., D'), against sentences (F, D) and (P, D); all of unit length.

    Where D' is half of D, the second half of the sentences counts, at unit length: dino.txt aligns patches with that.
    """
    width = vectors.shape[-1]
    odds = logmeanexp(scale * (vectors @ part(festive, width).T)) - logmeanexp(
        scale * (vectors @ part(plain, width).T)
    )
    return (0.5 * (np.tanh(0.5 * odds) + 1)).astype(np.float32)


def part(texts: Floats, width: int) -> Floats:
    """The last `width` numbers of each sentence, at unit length; all of them where it has no more."""
    if texts.shape[1] == width:
        return texts
    return of_length_one(texts[:, -width:])


def logmeanexp(values: Floats) -> NDArray[np.float64]:
    """log(mean(exp(x))) over the last axis, without overflow."""
    wide = np.asarray(values, dtype=np.float64)
    most = wide.max(axis=-1, keepdims=True)
    return np.asarray(np.log(np.exp(wide - most).mean(axis=-1)) + most[..., 0])
