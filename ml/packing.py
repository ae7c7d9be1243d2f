"""Turning patch features into uncorrelated numbers of equal worth, for `ml.stored`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.types import Floats

SMALLEST_DEVIATION = 1e-4
CONTRAST_WORTH = 4.0
CARED_WORTH = 100.0


@dataclass(frozen=True)
class Layout:
    """How patch features are built: the first `contrast` are measured, the first `own` are of the patch by itself.

    Those from `near` to `own` are tokens, zeros in dark patches. `averaged`: the rest are the means over the 3x3 patches
    around of those from `contrast` to `own`.
    """

    contrast: int
    near: int
    own: int
    averaged: bool

    def lit(self, patches: Floats) -> NDArray[np.bool_]:
        """(n, own) -> (n,): whether a patch has tokens; all have where there are none to look at."""
        if self.near == self.own:
            return np.ones(len(patches), dtype=bool)
        return np.asarray(patches[:, self.near : self.own].any(axis=1))

    def shares(self, weight: Floats) -> tuple[Floats, Floats]:
        """A head's weight (D',) as weights (own,) of a patch's features and of their means around it."""
        around = np.zeros(self.own, dtype=np.float32)
        if self.averaged:
            around[self.contrast :] = weight[self.own :]
        return weight[: self.own].astype(np.float32), around


@dataclass(frozen=True)
class Axes:
    """numbers (n, K) = (features - `mean`) @ `to`; features = numbers @ `back` + `mean`."""

    mean: Floats
    to: Floats
    back: Floats

    def numbers(self, features: Floats) -> Floats:
        return np.asarray((features - self.mean) @ self.to, dtype=np.float32)


@dataclass(frozen=True)
class Packing:
    """The axes of lit and of dark patches of one backbone."""

    backbone_sha256: str
    layout: Layout
    lit: Axes
    dark: Axes

    @cached_property
    def key(self) -> bytes:
        """32 bytes that change with any number in it."""
        digest = hashlib.sha256(repr((self.backbone_sha256, self.layout)).encode())
        for axes in (self.lit, self.dark):
            for part in (axes.mean, axes.to, axes.back):
                digest.update(part.tobytes())
        return digest.digest()

    def arrays(self) -> dict[str, Any]:
        layout = self.layout
        found: dict[str, Any] = {
            "backbone_sha256": np.array(self.backbone_sha256),
            "layout": np.array([layout.contrast, layout.near, layout.own, layout.averaged]),
        }
        for kind, axes in (("lit", self.lit), ("dark", self.dark)):
            found |= {f"{kind}_mean": axes.mean, f"{kind}_to": axes.to, f"{kind}_back": axes.back}
        return found

    @staticmethod
    def of(arrays: dict[str, Any]) -> Packing:
        """What `arrays` gave. Raises KeyError and ValueError where something is missing."""
        contrast, near, own, averaged = (int(number) for number in arrays["layout"])
        lit, dark = (
            Axes(arrays[f"{kind}_mean"], arrays[f"{kind}_to"], arrays[f"{kind}_back"])
            for kind in ("lit", "dark")
        )
        layout = Layout(contrast, near, own, bool(averaged))
        return Packing(str(arrays["backbone_sha256"]), layout, lit, dark)


def axes_of(features: Floats, cared: Sequence[Floats], contrast: int) -> Axes:
    """Principal axes of features (n, D) at deviation 1, where an error costs the same along each.

    The first `contrast` features, to which heads listen as much as to all others, count as four times as wide; the directions
    of the heads' weights in `cared`, each (D or more,), as a hundred times.
    """
    mean = features.mean(axis=0, dtype=np.float64)
    spread = features.std(axis=0, dtype=np.float64) + SMALLEST_DEVIATION
    worth = np.ones(len(mean))
    worth[:contrast] = CONTRAST_WORTH
    scaled = (features - mean) * (worth / spread)
    wider, narrower = widening([share[: len(mean)] * spread / worth for share in cared], len(mean))
    covariance = wider @ (scaled.T @ scaled / len(scaled)) @ wider
    turned = np.linalg.eigh(covariance)[1][:, ::-1]
    return Axes(
        mean=mean.astype(np.float32),
        to=((worth / spread)[:, None] * (wider @ turned)).astype(np.float32),
        back=((turned.T @ narrower) * (spread / worth)).astype(np.float32),
    )


def widening(directions: Sequence[Floats], dimension: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Symmetric matrices that stretch the span of `directions` by `CARED_WORTH`, and shrink it back."""
    one = np.eye(dimension)
    if not directions:
        return one, one
    basis, sizes, _ = np.linalg.svd(np.stack(directions, axis=1), full_matrices=False)
    basis = basis[:, sizes > 1e-6 * max(float(sizes[0]), 1e-12)]
    along = basis @ basis.T
    return one + (CARED_WORTH - 1) * along, one + (1 / CARED_WORTH - 1) * along
