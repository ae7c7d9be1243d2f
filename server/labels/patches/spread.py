"""What colours mean along a drive: one basis and one range for each layer, of frames spread over it, kept in the cache."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.core.cache import cache

from ml.tools.cls_map import ClsMapError, Range, cls_map, range_of
from ml.tools.pca import Basis, PcaError, alike, fit_basis
from ml.types import Floats
from server.drives.models import Drive
from server.frames.models import PatchFeatures, Scorer
from server.labels.patches.kept import NotKept, Patches, backbone_sha256, read_patches, spread_of

log = logging.getLogger(__name__)

FRAMES = 12
KEPT_S = 24 * 3600


@dataclass(frozen=True)
class Spread:
    """Of each layer, in order: the basis of PCA colours, its signs as those of the layer before, and the range of CLS maps.

    None where the drive is too dark for it."""

    bases: tuple[Basis | None, ...]
    ranges: tuple[Range | None, ...]

    def basis(self, number: int) -> Basis | None:
        """Of a layer, counted from 1."""
        return dict(enumerate(self.bases, start=1)).get(number)

    def range(self, number: int) -> Range | None:
        return dict(enumerate(self.ranges, start=1)).get(number)


def spread_over(drive: Drive, scorer: Scorer) -> Spread:
    """That of the drive under the scorer's backbone."""
    rows = spread_of(drive, scorer, FRAMES)
    key = f"spread-{drive.pk}-{backbone_sha256(scorer)[:12]}-" + "-".join(str(row.pk) for row in rows)
    known = cache.get(key)
    if isinstance(known, Spread):
        return known
    made = made_of(rows, scorer)
    cache.set(key, made, KEPT_S)
    return made


def made_of(rows: list[PatchFeatures], scorer: Scorer) -> Spread:
    frames = list(readable(rows, scorer))
    layers = range(len(frames[0].layers)) if frames else range(0)
    bases: list[Basis | None] = []
    for number in layers:
        grids = [frame.layers[number] for frame in frames]
        basis = basis_of(grids)
        before = bases[-1] if bases else None
        if basis is not None and before is not None:
            basis = alike(basis, grids, before, [frame.layers[number - 1] for frame in frames])
        bases.append(basis)
    return Spread(tuple(bases), tuple(cls_range(frames, number) for number in layers))


def readable(rows: list[PatchFeatures], scorer: Scorer) -> list[Patches]:
    found = []
    for row in rows:
        try:
            found.append(read_patches(row, scorer))
        except NotKept as reason:
            log.warning("%s takes no part in the colours of its drive: %s", row, reason)
    return found


def basis_of(grids: list[Floats]) -> Basis | None:
    try:
        return fit_basis(grids)
    except PcaError:
        return None


def cls_range(frames: list[Patches], number: int) -> Range | None:
    try:
        return range_of(cls_map(frame.cls, frame.layers[number]) for frame in frames)
    except ClsMapError:
        return None
