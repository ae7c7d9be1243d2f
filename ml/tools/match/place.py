"""Do two pictures show the same place? A logistic of a few statistics of their matches."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ml.logistic import fit
from ml.tools.descriptors import Descriptors
from ml.tools.grids import Doubles
from ml.tools.match.geometry import Movement
from ml.tools.match.patches import Matches
from ml.types import MlError

COEFFICIENTS = Path(__file__).with_name("place.json")
"""Of whole pictures; `fitted_on` says what the coefficients come from."""
CROP_COEFFICIENTS = COEFFICIENTS.with_name("place_crops.json")
"""Of displays by their boxes (`ml.tools.crops`)."""
STRENGTH = 1.0
DOUBT = 20
FEWEST_SEEN = 40
FEWEST_PAIRS = 8


class PlaceError(MlError):
    """Coefficients cannot be read, or cannot be fitted on these pairs."""


@dataclass(frozen=True)
class PlaceStatistics:
    """What the judgement rests on.

    `inlier_share`: inliers / (matches + 20) in [0, 1), for three of four matches prove little; `likeness`: mean over the
    patches of both pictures of their best cosine in the other; `cls_likeness`: cosine of the CLS vectors; `seen`: log(1 + seen
    patches of the darker picture, or 40 where it has fewer), for chance finds more among many, but a handful is no proof.
    """

    inlier_share: float
    likeness: float
    cls_likeness: float
    seen: float

    def row(self) -> Doubles:
        return np.array([getattr(self, name) for name in NAMES])


NAMES = tuple(field.name for field in fields(PlaceStatistics))


def place_statistics(
    first: Descriptors, second: Descriptors, matches: Matches, movement: Movement
) -> PlaceStatistics:
    """The statistics of one pair."""
    inliers = int(movement.inliers.sum())
    return PlaceStatistics(
        inlier_share=inliers / (len(matches.start) + DOUBT),
        likeness=float(matches.best_a.mean() + matches.best_b.mean()) / 2,
        cls_likeness=float(first.cls @ second.cls),
        seen=math.log1p(max(FEWEST_SEEN, min(len(matches.best_a), len(matches.best_b)))),
    )


@dataclass(frozen=True)
class PlaceModel:
    """`weights` (4,) in the order of `NAMES` and `bias` of the logistic; `backbone` and `fitted_on` in words."""

    weights: tuple[float, ...]
    bias: float
    backbone: str
    fitted_on: str

    def chance(self, statistics: PlaceStatistics) -> float:
        """Chance in 0..1 that both show the same place, were both answers equally common."""
        logit = float(np.dot(self.weights, statistics.row())) + self.bias
        return 0.5 * (math.tanh(0.5 * logit) + 1)


def fit_place(
    statistics: Sequence[PlaceStatistics], same: ArrayLike, backbone: str, fitted_on: str
) -> PlaceModel:
    """Fit to labelled pairs, both answers weighing the same in sum.

    Raises PlaceError below 8 pairs or without both answers.
    """
    truth = np.asarray(same, dtype=bool)
    if len(truth) < FEWEST_PAIRS or truth.all() or not truth.any():
        raise PlaceError(
            f"Fitting needs {FEWEST_PAIRS} pairs or more, of the same and of different places; there are "
            f"{int(truth.sum())} and {int((~truth).sum())}."
        )
    rows = np.stack([one.row() for one in statistics]).astype(np.float32)
    weights = np.where(truth, 0.5 / truth.sum(), 0.5 / (~truth).sum()).astype(np.float32)
    line = fit(rows, truth, weights, STRENGTH)
    return PlaceModel(
        tuple(round(float(one), 5) for one in line.weight), round(line.bias, 5), backbone, fitted_on
    )


def write_model(model: PlaceModel, path: Path = COEFFICIENTS) -> None:
    """Write the coefficients by name, as JSON."""
    card = asdict(model) | {"weights": dict(zip(NAMES, model.weights, strict=True))}
    path.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def read_model(path: Path = COEFFICIENTS) -> PlaceModel:
    """Raises PlaceError where the file is not one that `write_model` wrote."""
    try:
        card: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        weights = tuple(float(card["weights"][name]) for name in NAMES)
        return PlaceModel(weights, float(card["bias"]), str(card["backbone"]), str(card["fitted_on"]))
    except FileNotFoundError:
        raise PlaceError(
            f"{path} does not exist; make it with `python -m ml match --calibrate PAIRS.jsonl`."
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise PlaceError(
            f"{path.name} does not hold the coefficients of a place model; calibrate again."
        ) from None
