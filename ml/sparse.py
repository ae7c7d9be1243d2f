"""Dark patches merged before the transformer: fewer tokens, each knowing how many patches it stands for.

At night most patches are dark and alike. Lit ones stay tokens of their own; the dark ones of each block of patches become one
token, the mean of their pixels at the mean of their places, which counts as often as there are patches in it (proportional
attention, after Bolya et al. 2023, "Token Merging"). Pictures have different numbers of tokens; batches are padded with tokens
that count as none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.transforms import DEVIATION, MEAN
from ml.types import Floats

DARKEST = 20 / 255
BLOCK_PATCHES = 8
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Merged:
    """Patches as tokens: `pixels` (n, 3 * patch * patch), `places` (n, 2), `counts` (n,), all float32.

    `places` are row and column of the token's centre, in [-1, 1] over the picture. `counts` say how many patches a token
    stands for, and sum to h*w. `token_of` (h, w) is the number of each patch's token.
    """

    pixels: Floats
    places: Floats
    counts: Floats
    token_of: Numbers

    def spread(self, tokens: NDArray[np.float32]) -> Floats:
        """(n or more, ...) of the tokens -> (h, w, ...) of the patches, merged ones alike."""
        return np.asarray(tokens[self.token_of], dtype=np.float32)


@dataclass(frozen=True)
class Padded:
    """A batch of pictures: `pixels` (B, n, 3 * patch * patch), `places` (B, n, 2), `counts` (B, n), 0 where padded."""

    pixels: Floats
    places: Floats
    counts: Floats


def merged(image: Floats, patch: int, darkest: float = DARKEST, block: int = BLOCK_PATCHES) -> Merged:
    """One normalised picture (3, H, W), H and W multiples of `patch`, as tokens.

    A patch is dark where its brightest value, of any colour in [0, 1], is not above `darkest`.
    """
    rows, columns = image.shape[1] // patch, image.shape[2] // patch
    cells = image.reshape(3, rows, patch, columns, patch)
    dark = brightest(cells) <= darkest
    token_of = numbered(dark, block)
    pixels = cells.transpose(1, 3, 0, 2, 4).reshape(rows * columns, -1)
    counts = np.bincount(token_of.ravel()).astype(np.float32)
    return Merged(
        pixels=means(pixels, token_of.ravel(), counts),
        places=means(centres(rows, columns), token_of.ravel(), counts),
        counts=counts,
        token_of=token_of,
    )


def brightest(cells: Floats) -> Floats:
    """(3, h, patch, w, patch) normalised -> (h, w): the brightest value of any colour, in [0, 1]."""
    peaks = cells.max(axis=(2, 4)) * DEVIATION[:, None, None] + MEAN[:, None, None]
    return np.asarray(peaks.max(axis=0), dtype=np.float32)


def numbered(dark: NDArray[np.bool_], block: int) -> Numbers:
    """(h, w): numbers from 0, one for each lit patch first, then one for the dark patches of each block that has any."""
    rows, columns = dark.shape
    blocks = np.arange(rows)[:, None] // block * columns + np.arange(columns)[None] // block
    own = np.flatnonzero(~dark)
    token_of = np.empty(dark.size, dtype=np.int64)
    token_of[own] = np.arange(len(own))
    _, shared = np.unique(blocks[dark], return_inverse=True)
    token_of[dark.ravel()] = len(own) + shared
    return token_of.reshape(dark.shape)


def means(values: Floats, token_of: Numbers, counts: Floats) -> Floats:
    """(h*w, D) -> (n, D): the mean over the patches of each token."""
    order = np.argsort(token_of, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts[:-1])]).astype(np.int64)
    return np.asarray(np.add.reduceat(values[order], starts, axis=0) / counts[:, None], dtype=np.float32)


def centres(rows: int, columns: int) -> Floats:
    """(h*w, 2): row and column of the centre of each patch, in [-1, 1] over the picture."""
    down, across = (2 * (np.arange(side, dtype=np.float32) + 0.5) / side - 1 for side in (rows, columns))
    grid = np.stack(np.meshgrid(down, across, indexing="ij"), axis=-1)
    return np.asarray(grid.reshape(-1, 2), dtype=np.float32)


def padded(pictures: Sequence[Merged]) -> Padded:
    """Pictures as a batch, as long as the longest."""
    length = max(len(one.counts) for one in pictures)

    def filled(parts: list[Floats]) -> Floats:
        batch = np.zeros((len(parts), length, *parts[0].shape[1:]), dtype=np.float32)
        for row, part in zip(batch, parts, strict=True):
            row[: len(part)] = part
        return batch

    return Padded(
        filled([one.pixels for one in pictures]),
        filled([one.places for one in pictures]),
        filled([one.counts for one in pictures]),
    )
