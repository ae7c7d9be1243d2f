"""Festivity of pictures by solid angle and by square metre: lines of many pictures, and pictures to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ml.pictures import free_path
from ml.score_run import score_lines
from ml.scorer import Scorer
from ml.tools import contact_sheet
from ml.tools.depth import (
    FrontSize,
    Pinhole,
    Weighted,
    depth_in,
    front_at,
    front_of,
    of_patches,
    weighted,
)
from ml.tools.depth.model import MIDDLE, DepthModel, NothingSeen, in_metres
from ml.tools.grids import Doubles
from ml.tools.overlay import overlaid
from ml.tools.panels import glow
from ml.types import Image, ScoredImage

Line = dict[str, Any]


@dataclass(frozen=True)
class Ruler:
    """What is known of lengths: the camera's field of view and, where not None, the house's distance and a depth model."""

    field_deg: float
    distance_m: float | None = None
    model: DepthModel | None = None
    farthest_m: float = 60.0


def fair_lines(
    scorer: Scorer, paths: Sequence[Path], ruler: Ruler, out: Path | None = None
) -> Iterator[Line]:
    """One line per path, in order: festivity as it is, by solid angle and by square metre, or `error` with a sentence.

    `out`: a folder for one picture of each. Raises DepthError where no picture at all could be measured so.
    """

    written: set[Path] = set()

    def keep(line: Line, image: Image, scored: ScoredImage) -> None:
        depth_m = measure(line, image, scored, ruler)
        if out is not None:
            path = free_path(out, f"{Path(line['path']).stem}-depth", ".png", written)
            line["picture"] = str(draw(path, line, image, scored, depth_m, ruler.farthest_m))

    return score_lines(scorer, paths, keep=keep)


def measure(line: Line, image: Image, scored: ScoredImage, ruler: Ruler) -> Doubles | None:
    """Add to a line what `ruler` says of its picture; returns the depth of the patches, where a model gave it."""
    camera = Pinhole(ruler.field_deg, image.shape[0] / image.shape[1])
    depth_m = patch_depths(image, scored, ruler, camera)
    fronts = [front(region.box, region.share, scored, camera, ruler, depth_m) for region in scored.regions]
    whole = weighted(scored.festivity_map, camera, depth_m, ruler.farthest_m)
    if depth_m is None and ruler.distance_m is not None:
        known = [one for one in fronts if one]
        whole = Weighted(
            whole.festive_sr,
            whole.seen_sr,
            sum(one.festive_m2 for one in known),
            sum(one.front_m2 for one in known),
        )
    line |= {"field_deg": ruler.field_deg, "distance_m": ruler.distance_m, **whole.as_json()}
    source = None if ruler.distance_m is None else "geometry"
    line["depth"] = ruler.model.path.name if ruler.model and depth_m is not None else source
    if ruler.distance_m is not None:
        at = camera.metres_per_pixel(np.array([ruler.distance_m]), image.shape[1])
        line["metres_per_pixel"] = round(float(at[0]), 5)
    for region, found in zip(line["regions"], fronts, strict=True):
        region["front"] = found.as_json() if found else None
    return depth_m


def patch_depths(image: Image, scored: ScoredImage, ruler: Ruler, camera: Pinhole) -> Doubles | None:
    """(h, w) metres along the axis of each patch, None where no model sees any; anchored at the largest region."""
    if ruler.model is None:
        return None
    box = scored.regions[0].box if scored.regions else MIDDLE
    anchor = None if ruler.distance_m is None else camera.axial_m(ruler.distance_m, (box[0] + box[2]) / 2)
    try:
        found = in_metres(ruler.model.depth(image), ruler.model.card.kind, anchor, box)
    except NothingSeen:
        return None
    return of_patches(found, *scored.festivity_map.shape)


def front(
    box: tuple[float, float, float, float],
    share: float,
    scored: ScoredImage,
    camera: Pinhole,
    ruler: Ruler,
    depth_m: Doubles | None,
) -> FrontSize | None:
    """The front of one region; None where neither a model nor a distance says how far away it is."""
    if depth_m is not None:
        found_m = depth_in(box, scored.festivity_map, depth_m)
        return front_at(box, share, camera, found_m) if found_m <= ruler.farthest_m else None
    return None if ruler.distance_m is None else front_of(box, share, camera, ruler.distance_m)


def draw(
    path: Path, line: Line, image: Image, scored: ScoredImage, depth_m: Doubles | None, farthest_m: float
) -> Path:
    """The picture, its map over it and, with a model, its depth from near (light) to far (dark)."""
    by_metre = "" if line["festive_m2"] is None else f", {line['festive_m2']:.1f} sq m"
    tiles = [
        (image, Path(line["path"]).name),
        (
            overlaid(image, scored.festivity_map),
            f"{line['points']:.0f} points, {line['festive_sr'] * 1000:.1f} msr{by_metre}",
        ),
    ]
    if depth_m is not None:
        tiles.append((depth_picture(depth_m, farthest_m), f"nearest {np.min(depth_m):.1f} m"))
    return contact_sheet.save_page(path, tiles, len(tiles))


def depth_picture(depth_m: Doubles, farthest_m: float) -> Image:
    """(h, w) metres -> (h, w, 3): light is near; black is farther than `farthest_m`."""
    inverse = np.divide(1.0, depth_m, out=np.zeros(depth_m.shape), where=np.isfinite(depth_m) & (depth_m > 0))
    share = (inverse - 1 / farthest_m) / max(float(inverse.max()) - 1 / farthest_m, 1e-9)
    return np.where(share[:, :, None] >= 0, glow(share.astype(np.float32)), 0).astype(np.uint8)
