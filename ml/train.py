"""From pictures with masks to a head: patch features, then logistic regression, the same every time."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import logistic, transforms
from ml.backbone import Backbone
from ml.head import save_head
from ml.metrics import auc, average_precision
from ml.pictures import read_picture
from ml.truth import TruePicture, coverage, festive_area
from ml.types import Floats, WeightsError

POSITIVE_COVERAGE, NEGATIVE_COVERAGE = 0.99, 0.01
STRENGTHS = (1e-4, 1e-3, 1e-2, 1e-1)
MOST_FOLDS = 6
MOST_NEGATIVES = 150
CLASS_LIMITS = {"some": 0.01, "many": 0.05, "most": 0.12}


@dataclass(frozen=True)
class Patches:
    """Patches whose truth is beyond doubt: `features` (n, D'), `festive`, `weights`, `sources` and `groups` (n,)."""

    features: Floats
    festive: NDArray[np.bool_]
    weights: Floats
    sources: NDArray[np.str_]
    groups: NDArray[np.str_]

    def chosen(self, rows: NDArray[np.bool_]) -> Patches:
        return Patches(
            self.features[rows], self.festive[rows], self.weights[rows], self.sources[rows], self.groups[rows]
        )


def features_of(backbone: Backbone, picture: TruePicture) -> tuple[Floats, Floats]:
    """Patch features (h, w, D') and festive share (h, w) of one picture."""
    image = transforms.fitted(read_picture(picture.path), backbone.long_side, backbone.patch)
    patches = backbone.encode(transforms.normalised([image])).patches[0]
    return patches, coverage(festive_area(picture.mask()), *patches.shape[:2])


def collect(
    backbone: Backbone, pictures: Sequence[TruePicture], most_negatives: int = MOST_NEGATIVES
) -> Patches:
    """Positive patches (coverage >= 0.99) and negative ones (<= 0.01); others are left out.

    Of each picture at most `most_negatives` negatives are kept, evenly spaced, and weigh as much as all of them.
    """
    if not pictures:
        raise WeightsError("There are no pictures with masks to learn from.")
    parts = []
    for done, picture in enumerate(pictures, start=1):
        patches, share = features_of(backbone, picture)
        parts.append(clear_patches(patches, share, picture, most_negatives))
        if done % 50 == 0 or done == len(pictures):
            print(f"features of {done} of {len(pictures)} pictures", file=sys.stderr)
    columns = zip(*parts, strict=True)
    return balanced(Patches(*(np.concatenate(column) for column in columns)))


def clear_patches(
    patches: Floats, share: Floats, picture: TruePicture, most_negatives: int
) -> tuple[NDArray[Any], ...]:
    """The columns of `Patches` for one picture."""
    flat, share = patches.reshape(-1, patches.shape[-1]), share.ravel()
    positive, negative = (
        np.flatnonzero(share >= POSITIVE_COVERAGE),
        np.flatnonzero(share <= NEGATIVE_COVERAGE),
    )
    kept = negative[np.linspace(0, len(negative) - 1, min(most_negatives, len(negative))).round().astype(int)]
    rows = np.concatenate([positive, kept])
    weights = np.ones(len(rows), dtype=np.float32)
    weights[len(positive) :] = len(negative) / max(len(kept), 1)
    festive = np.arange(len(rows)) < len(positive)
    return flat[rows], festive, weights, np.full(len(rows), picture.source), np.full(len(rows), picture.group)


def balanced(patches: Patches) -> Patches:
    """The same patches, each source weighing as much as any other in all."""
    weights = patches.weights.copy()
    for source in np.unique(patches.sources):
        weights[patches.sources == source] /= weights[patches.sources == source].sum()
    return Patches(patches.features, patches.festive, weights, patches.sources, patches.groups)


def folds(groups: NDArray[np.str_]) -> Iterator[NDArray[np.bool_]]:
    """Rows left out together: whole groups, dealt out to at most 6 folds."""
    names = np.unique(groups)
    for first in range(min(MOST_FOLDS, len(names))):
        yield np.isin(groups, names[first::MOST_FOLDS])


def left_out_logits(patches: Patches, strength: float) -> Floats:
    """Logits (n,) of each patch by a head that did not see its group."""
    logits = np.zeros(len(patches.festive), dtype=np.float32)
    for left_out in folds(patches.groups):
        seen = patches.chosen(~left_out)
        line = logistic.fit(seen.features, seen.festive, seen.weights, strength)
        logits[left_out] = line.logits(patches.features[left_out])
    return logits


def compare_strengths(patches: Patches) -> list[dict[str, Any]]:
    """For each C, average precision and AUC of left-out groups by source."""
    rows = []
    for strength in STRENGTHS:
        logits = left_out_logits(patches, strength)
        figures: dict[str, Any] = {"C": strength}
        for source in np.unique(patches.sources):
            of_it = patches.sources == source
            figures[str(source)] = {
                "average_precision": round(average_precision(patches.festive[of_it], logits[of_it]), 4),
                "auc": round(auc(patches.festive[of_it], logits[of_it]), 4),
            }
        rows.append(figures)
        print(json.dumps(figures), file=sys.stderr)
    return rows


def best_strength(compared: list[dict[str, Any]], source: str) -> float:
    """C of the highest average precision on left-out groups of `source`; of equals, the more regular."""
    return float(max(compared, key=lambda row: (row[source]["average_precision"], -row["C"]))["C"])


def train_head(
    backbone: Backbone, pictures: Sequence[TruePicture], name: str, folder: Path, title: str
) -> dict[str, Any]:
    """Fit a head, write `name`.npz, its card `name`.json and `report.json` to `folder`, and return the report."""
    patches = collect(backbone, pictures)
    compared = compare_strengths(patches)
    judged_on = "real" if "real" in patches.sources else str(patches.sources[0])
    strength = best_strength(compared, judged_on)
    line = logistic.fit(patches.features, patches.festive, patches.weights, strength)
    counts = {
        str(source): {
            "pictures": sum(picture.source == source for picture in pictures),
            "positive_patches": int(patches.festive[patches.sources == source].sum()),
            "negative_patches": int((~patches.festive[patches.sources == source]).sum()),
        }
        for source in np.unique(patches.sources)
    }
    report = {"C": strength, "judged_on": judged_on, "left_out": compared, "learnt_from": counts}
    card = {
        "kind": "head",
        "title": title,
        "backbone": backbone.name,
        "backbone_sha256": backbone.sha256,
        "class_limits": CLASS_LIMITS,
        "report": report,
    }
    folder.mkdir(parents=True, exist_ok=True)
    save_head(name, folder, line.weight.astype(np.float32), line.bias, card)
    (folder / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    return report
