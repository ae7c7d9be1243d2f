"""How alike two displays have to be to be one house: what the likeness of their CLS vectors weighs, learned from labelled pairs.

The odds of one house, were both answers equally common, go with exp(likeness_weight * (cosine - indifferent)). Both numbers
belong to a backbone: another one gives other cosines.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from ml.logistic import fit
from ml.tools.match.place import PlaceError

SAME_HOUSE = Path(__file__).with_name("same_house.json")
STRENGTH = 1e4


@dataclass(frozen=True)
class SameHouse:
    """`backbone_sha256`: 12 hex digits of the backbone that gave the cosines; `fitted_on` in words."""

    likeness_weight: float
    indifferent: float
    backbone_sha256: str
    fitted_on: str


def fit_same_house(likeness: ArrayLike, same: ArrayLike, backbone_sha256: str, fitted_on: str) -> SameHouse:
    """A logistic of one number, both answers weighing the same in sum.

    Raises PlaceError where likeness does not speak for one house.
    """
    truth = np.asarray(same, dtype=bool)
    if truth.all() or not truth.any():
        raise PlaceError("Learning what likeness weighs needs pairs of the same house and of different ones.")
    weights = np.where(truth, 0.5 / truth.sum(), 0.5 / (~truth).sum()).astype(np.float32)
    line = fit(np.asarray(likeness, dtype=np.float32)[:, None], truth, weights, STRENGTH)
    weight = float(line.weight[0])
    if weight <= 0:
        raise PlaceError(
            "Views of one house are no more alike than views of two: this backbone tells no houses apart."
        )
    return SameHouse(round(weight, 2), round(-line.bias / weight, 3), backbone_sha256, fitted_on)


def write_same_house(learned: SameHouse, path: Path = SAME_HOUSE) -> None:
    path.write_text(json.dumps(asdict(learned), indent=2) + "\n", encoding="utf-8")


def same_house_of(backbone_sha256: str, path: Path = SAME_HOUSE) -> dict[str, float]:
    """What a scorer's card says: the learned numbers, or that likeness weighs nothing where they are another backbone's."""
    learned = SameHouse(**json.loads(path.read_text(encoding="utf-8")))
    if not backbone_sha256.startswith(learned.backbone_sha256):
        return {"likeness_weight": 0.0}
    return {"likeness_weight": learned.likeness_weight, "indifferent": learned.indifferent}
