"""The reference set that fixes what "none", "some", "many" and "most" mean, under every scorer and on every map.

Each picture comes with its true festive share: the share of its area within the mask and the margin of light around it
(`ml.truth.festive_area`). True classes are published bounds of that share: some lights from 0.3 %, many from 5 %, most from
10 %. The limit of a class under a scorer is the festivity that best tells the pictures truly at or above its bound from those
below. Houses have limits of their own, found in the same way: to a house counts only what lies in regions.

Real pictures are named by SHA-256 and count where somebody has them; rendered ones are named by seed and number and can
be drawn by anyone. No seed of the set may be trained on.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from ml.labels import LabelledFrame
from ml.tools.render import lens
from ml.tools.render.frames import render_frame
from ml.truth import festive_area
from ml.types import Image, WeightsError

BOUNDS = {"some": 0.003, "many": 0.05, "most": 0.10}
SHIPPED = Path(__file__).with_name("reference_set.json")
SMALLEST_STEP = 1e-4

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class RealReference:
    """A real picture and its true festive share."""

    sha256: str
    share: float


@dataclass(frozen=True)
class RenderedReference:
    """Picture `number` of `ml.tools.render.render_frames(seed, …)` and its true festive share."""

    seed: int
    number: int
    share: float


@dataclass(frozen=True)
class ReferenceSet:
    real: tuple[RealReference, ...]
    rendered: tuple[RenderedReference, ...]


@dataclass(frozen=True)
class Judged:
    """A picture of the set under some scorer: true festive `share`, `festivity` found, and that `in_regions`, all in [0, 1]."""

    share: float
    festivity: float
    in_regions: float


def load_reference_set(path: Path = SHIPPED) -> ReferenceSet:
    """Raises WeightsError where the file is no reference set."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        real = tuple(RealReference(**row) for row in rows["real"])
        return ReferenceSet(real, tuple(RenderedReference(**row) for row in rows["rendered"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise WeightsError(
            f"{path} is not a reference set; make one with python -m ml reference FILE."
        ) from None


def save_reference_set(path: Path, pictures: ReferenceSet) -> None:
    """One picture to a line."""
    kinds: dict[str, Sequence[RealReference | RenderedReference]]
    kinds = {"real": pictures.real, "rendered": pictures.rendered}
    parts = [
        f'"{kind}": [\n' + ",\n".join(json.dumps(asdict(one)) for one in ones) + "\n]"
        for kind, ones in kinds.items()
    ]
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def make_reference_set(labels: Iterable[LabelledFrame], seed: int, count: int) -> ReferenceSet:
    """All labels and `count` rendered pictures, with their true shares."""
    real = [RealReference(label.sha256, share_of(label.mask())) for label in labels]
    rendered = [
        RenderedReference(seed, number, share_of(render_frame(seed, number)[0].mask))
        for number in range(count)
    ]
    return ReferenceSet(tuple(sorted(real, key=lambda one: one.sha256)), tuple(rendered))


def share_of(mask: NDArray[np.bool_]) -> float:
    """True festive share of a picture, to five digits."""
    return round(float(festive_area(mask).mean()), 5)


def render_references(pictures: Sequence[RenderedReference], folder: Path) -> list[Path]:
    """Draw the rendered pictures as PNG into `folder`, but for those that lie there already.

    Their names hold the true share, so that a set made anew, with another way of drawing, is drawn anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{one.seed}_{one.number:03}_{one.share:.5f}.png" for one in pictures]
    missing = [(one, path) for one, path in zip(pictures, paths, strict=True) if not path.is_file()]
    for one, path in missing:
        making = path.with_name(f"{path.stem}.part")
        Pillow.fromarray(rendered_reference(one)).save(making, format="PNG")
        making.replace(path)
    if missing:
        print(f"rendered {len(missing)} pictures of the reference set", file=sys.stderr)
    return paths


def rendered_reference(one: RenderedReference) -> Image:
    """(H, W, 3): the picture as a phone would have kept it."""
    picture, quality = render_frame(one.seed, one.number)
    return lens.through_jpeg(picture.rgb, quality)


def limits_between(
    share: Doubles, festivity: Doubles, bounds: Mapping[str, float] = BOUNDS
) -> dict[str, float]:
    """Lowest festivity of each class, strictly increasing and above 0, given true share and festivity (n,) of pictures.

    Raises WeightsError where no picture is at or above a bound, or none below it.
    """
    limits: dict[str, float] = {}
    lowest = SMALLEST_STEP
    for name, bound in bounds.items():
        above = share >= bound
        if above.all() or not above.any():
            raise WeightsError(
                f"The reference set cannot fix the class {name!r}: it needs pictures on both sides of a true share of {bound}."
            )
        limits[name] = round(max(best_cut(festivity, above), lowest), 5)
        lowest = limits[name] + SMALLEST_STEP
    return limits


def best_cut(festivity: Doubles, above: NDArray[np.bool_]) -> float:
    """The festivity (n,) that tells pictures `above` (n,) from the others with the least balanced error.

    Cuts lie in the middle between neighbouring festivities; of equally good ones, the one in the widest gap is taken.
    """
    values = np.unique(festivity)
    cuts = np.concatenate(([values[0] / 2], (values[:-1] + values[1:]) / 2))
    gaps = np.concatenate(([values[0]], np.diff(values)))
    errors = np.array([balanced_error(festivity >= cut, above) for cut in cuts])
    best = errors <= errors.min() + 1e-12
    return float(cuts[best][np.argmax(gaps[best])])


def balanced_error(found: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    """Mean of the share of true ones missed and the share of others found."""
    return float(((~found[true]).mean() + found[~true].mean()) / 2)


def limits_report(judged: Mapping[str, Sequence[Judged]]) -> dict[str, Any]:
    """The limits that pictures of all sources give, what they rest on and how well they tell the true classes."""
    pictures = [one for source in judged.values() for one in source]
    share = np.array([one.share for one in pictures], dtype=np.float64)
    limits = limits_between(share, np.array([one.festivity for one in pictures], dtype=np.float64))
    return {
        "class_limits": limits,
        "house_limits": limits_between(
            share, np.array([one.in_regions for one in pictures], dtype=np.float64)
        ),
        "true_bounds": BOUNDS,
        "pictures": {source: len(ones) for source, ones in judged.items()},
        "balanced_error": {
            source: {name: error_of(ones, limits[name], bound) for name, bound in BOUNDS.items()}
            for source, ones in {**judged, "all": pictures}.items()
        },
    }


def error_of(judged: Sequence[Judged], limit: float, bound: float) -> float | None:
    """Balanced error of a limit; None where all pictures are on one side of the true bound."""
    found = np.array([one.festivity >= limit for one in judged], dtype=np.bool_)
    true = np.array([one.share >= bound for one in judged], dtype=np.bool_)
    return round(balanced_error(found, true), 4) if true.any() and not true.all() else None
