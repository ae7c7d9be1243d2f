"""Turning patch features into uncorrelated numbers of equal worth, for `ml.stored`.

A `Packing` is made once for each backbone from a few frames: it turns the features of a patch into uncorrelated numbers, of
which most are near zero, one way for lit patches and one for dark ones, which have no tokens. Its file lies beside the weights
as NAME-packing.npz, with a card.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import weights
from ml.backbone import Backbone
from ml.head import Head
from ml.types import Floats, MlError

SMALLEST_DEVIATION = 1e-4
CONTRAST_WORTH = 4.0
CARED_WORTH = 100.0


class StoredError(MlError):
    """Stored features or their packing are damaged, or of another backbone."""


@dataclass(frozen=True)
class Layout:
    """How patch features are built: the first `contrast` are measured, the first `own` are of the patch by itself.

    Those from `near` to `own` are tokens, zeros in dark patches. `averaged`: the rest are the means over the 3x3 patches
    around of those from `contrast` to `own`. The tokens are those of `layers` layers side by side.
    """

    contrast: int
    near: int
    own: int
    averaged: bool
    layers: int = 1

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

    @cached_property
    def back(self) -> Floats:
        return np.linalg.inv(self.to.astype(np.float64)).astype(np.float32)

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
            for part in (axes.mean, axes.to):
                digest.update(part.tobytes())
        return digest.digest()

    def arrays(self) -> dict[str, Any]:
        layout = self.layout
        found: dict[str, Any] = {
            "backbone_sha256": np.array(self.backbone_sha256),
            "layout": np.array([layout.contrast, layout.near, layout.own, layout.averaged, layout.layers]),
        }
        for kind, axes in (("lit", self.lit), ("dark", self.dark)):
            found |= {f"{kind}_mean": axes.mean, f"{kind}_to": axes.to}
        return found

    @staticmethod
    def of(arrays: dict[str, Any]) -> Packing:
        """What `arrays` gave. Raises KeyError and ValueError where something is missing."""
        contrast, near, own, averaged, layers = (int(number) for number in arrays["layout"])
        lit, dark = (Axes(arrays[f"{kind}_mean"], arrays[f"{kind}_to"]) for kind in ("lit", "dark"))
        layout = Layout(contrast, near, own, bool(averaged), layers)
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
    wider = widening([share[: len(mean)] * spread / worth for share in cared], len(mean))
    covariance = wider @ (scaled.T @ scaled / len(scaled)) @ wider
    turned = np.linalg.eigh(covariance)[1][:, ::-1]
    return Axes(
        mean=mean.astype(np.float32),
        to=((worth / spread)[:, None] * (wider @ turned)).astype(np.float32),
    )


def widening(directions: Sequence[Floats], dimension: int) -> NDArray[np.float64]:
    """A symmetric matrix that stretches the span of `directions` by `CARED_WORTH`."""
    one = np.eye(dimension)
    if not directions:
        return one
    basis, sizes, _ = np.linalg.svd(np.stack(directions, axis=1), full_matrices=False)
    basis = basis[:, sizes > 1e-6 * max(float(sizes[0]), 1e-12)]
    return one + (CARED_WORTH - 1) * (basis @ basis.T)


def layout_of(backbone: Backbone, dimension: int) -> Layout:
    """How the patch features (`dimension` of them) of `backbone` are built; those of the embedded one are known."""
    layers: tuple[int, ...] = getattr(backbone, "layers", ())
    chosen: tuple[int, ...] = getattr(backbone, "features", ())
    if len(backbone.voices) != 2 or chosen:
        return Layout(
            contrast=0, near=dimension, own=dimension, averaged=False, layers=dimension // backbone.dimension
        )
    contrast = backbone.voices[0][1]
    own = contrast + (dimension - contrast) // 2
    tokens = len(layers) * backbone.dimension
    return Layout(contrast=contrast, near=own - tokens, own=own, averaged=True, layers=len(layers))


def fit_packing(
    backbone_sha256: str, layout: Layout, grids: Sequence[Floats], heads: Iterable[Head] = ()
) -> Packing:
    """The packing learnt from patch features (h, w, D') of a few frames; `heads` are those to be most exact for.

    Raises StoredError where fewer than 2 patches are lit.
    """
    patches = np.concatenate([grid[..., : layout.own].reshape(-1, layout.own) for grid in grids])
    lit = layout.lit(patches)
    if lit.sum() < 2:
        raise StoredError("A packing is learnt from lit patches; these frames have none.")
    cared = [share for head in heads for share in layout.shares(head.weight)]
    dark = patches[~lit][:, : layout.near]
    return Packing(
        backbone_sha256,
        layout,
        axes_of(patches[lit], cared, layout.contrast),
        axes_of(dark if len(dark) > 1 else patches[lit][:, : layout.near], cared, layout.contrast),
    )


def save_packing(name: str, folder: Path, packing: Packing, card: dict[str, Any]) -> weights.Weights:
    """Write `name`.npz and its card into `folder`."""
    path = folder / f"{name}.npz"
    np.savez(path, **packing.arrays())
    return weights.write_card(name, path, {"backbone_sha256": packing.backbone_sha256, **card})


def load_packing(name: str = "embedded-packing") -> Packing:
    """Raises WeightsError where there is none of that name, StoredError where the file is none."""
    path = weights.find(name).path
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return Packing.of({name: arrays[name] for name in arrays.files})
    except (OSError, ValueError, KeyError, TypeError, zlib.error) as error:
        raise StoredError(f"{path} is no packing of features; make it anew.") from error
