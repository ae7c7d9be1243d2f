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
STRENGTHS = (1e-3, 1e-2, 1e-1)
SLOPE_STRENGTH = 1.0
MOST_FOLDS = 4
MOST_POSITIVES, SPREAD_NEGATIVES, BRIGHT_NEGATIVES = 60, 24, 24
CLASS_LIMITS = {"some": 0.014, "many": 0.07, "most": 0.14}


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


def features_of(backbone: Backbone, picture: TruePicture) -> tuple[Floats, Floats, Floats]:
    """Of the n patches of a picture: features (n, D'), festive share (n,) and brightest value (n,)."""
    image = transforms.fitted(read_picture(picture.path), backbone.long_side, backbone.patch)
    patches = backbone.encode(transforms.normalised([image])).patches[0]
    rows, columns, width = patches.shape
    share = coverage(festive_area(picture.mask()), rows, columns)
    cells = image.max(axis=2).reshape(rows, backbone.patch, columns, backbone.patch)
    return patches.reshape(-1, width), share.ravel(), cells.max(axis=(1, 3)).ravel().astype(np.float32)


def collect(backbone: Backbone, pictures: Sequence[TruePicture]) -> Patches:
    """Positive patches (coverage >= 0.99) and negative ones (<= 0.01) of all pictures; others are left out."""
    if not pictures:
        raise WeightsError("There are no pictures with masks to learn from.")
    if len({picture.group for picture in pictures}) < 2:
        raise WeightsError(
            "All pictures with masks are of one group; add another, so that one can be left out."
        )
    parts = []
    for done, picture in enumerate(pictures, start=1):
        patches, share, brightness = features_of(backbone, picture)
        rows, weights, festive = clear_patches(share, brightness)
        columns = np.full(len(rows), picture.source), np.full(len(rows), picture.group)
        parts.append((patches[rows], festive, weights, *columns))
        if done % 50 == 0 or done == len(pictures):
            print(f"features of {done} of {len(pictures)} pictures", file=sys.stderr)
    return balanced(Patches(*(np.concatenate(column) for column in zip(*parts, strict=True))))


def clear_patches(share: Floats, brightness: Floats) -> tuple[NDArray[np.intp], Floats, NDArray[np.bool_]]:
    """Rows, weights and truth of the patches of one picture to learn from, given festive share and brightness (n,).

    At most 60 positives, the 24 brightest negatives (lamps, windows, head lights) and 24 others; what is kept of a kind
    weighs as much as all of it.
    """
    positive = np.flatnonzero(share >= POSITIVE_COVERAGE)
    negative = np.flatnonzero(share <= NEGATIVE_COVERAGE)
    negative = negative[np.argsort(-brightness[negative], kind="stable")]
    kinds = [
        (positive, MOST_POSITIVES),
        (negative[:BRIGHT_NEGATIVES], BRIGHT_NEGATIVES),
        (np.sort(negative[BRIGHT_NEGATIVES:]), SPREAD_NEGATIVES),
    ]
    kept = [spread(rows, most) for rows, most in kinds]
    weights = [np.full(len(k), len(rows) / max(len(k), 1)) for k, (rows, _) in zip(kept, kinds, strict=True)]
    festive = np.arange(sum(map(len, kept))) < len(kept[0])
    return np.concatenate(kept), np.concatenate(weights).astype(np.float32), festive


def spread(rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """At most `most` of the rows, evenly spaced."""
    return rows[np.linspace(0, len(rows) - 1, min(most, len(rows))).round().astype(np.intp)]


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


@dataclass(frozen=True)
class Candidate:
    """A way to fit: C, and the parts of the features, from first to last (excluded), that have a voice.

    Each voice is fitted by itself and the mean of their logits decides, with a slope fitted last. A joint fit believes the
    stem alone, which has learnt on the same pictures before, and then takes glow for strings of lamps.
    """

    strength: float
    voices: tuple[tuple[int, int], ...]

    def fit(self, patches: Patches) -> logistic.Line:
        """The line over all features; those without a voice weigh nothing."""
        weight, bias = np.zeros(patches.features.shape[1]), 0.0
        for first, last in self.voices:
            line = self._line(patches, patches.features[:, first:last], self.strength)
            weight[first:last] = line.weight / len(self.voices)
            bias += line.bias / len(self.voices)
        mean = logistic.Line(weight, bias)
        slope = self._line(patches, mean.logits(patches.features)[:, None], SLOPE_STRENGTH)
        return logistic.Line(weight * slope.weight[0], bias * slope.weight[0] + slope.bias)

    def _line(self, patches: Patches, features: Floats, strength: float) -> logistic.Line:
        return logistic.fit(np.ascontiguousarray(features), patches.festive, patches.weights, strength)


def left_out_logits(patches: Patches, candidate: Candidate) -> Floats:
    """Logits (n,) of each patch by a head that did not see its group."""
    logits = np.zeros(len(patches.festive), dtype=np.float32)
    for left_out in folds(patches.groups):
        line = candidate.fit(patches.chosen(~left_out))
        logits[left_out] = line.logits(patches.features[left_out])
    return logits


def compare(patches: Patches, candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
    """For each candidate, average precision and AUC of left-out groups by source."""
    rows = []
    for candidate in candidates:
        logits = left_out_logits(patches, candidate)
        figures: dict[str, Any] = {"C": candidate.strength}
        for source in np.unique(patches.sources):
            of_it = patches.sources == source
            figures[str(source)] = {
                "average_precision": round(average_precision(patches.festive[of_it], logits[of_it]), 4),
                "auc": round(auc(patches.festive[of_it], logits[of_it]), 4),
            }
        rows.append(figures)
        print(json.dumps(figures), file=sys.stderr)
    return rows


def best(compared: list[dict[str, Any]], source: str) -> float:
    """C with the highest average precision on left-out groups of `source`; of equals, the more regular."""
    row = max(compared, key=lambda row: (row[source]["average_precision"], -row["C"]))
    return float(row["C"])


def train_head(
    backbone: Backbone,
    pictures: Sequence[TruePicture],
    name: str,
    folder: Path,
    title: str,
) -> dict[str, Any]:
    """Fit a head, write `name`.npz, its card `name`.json and `report.json` to `folder`, and return the report.

    Of `STRENGTHS`, what does better on left-out groups is taken.
    """
    patches = collect(backbone, pictures)
    voices = backbone.voices or ((0, patches.features.shape[1]),)
    compared = compare(patches, [Candidate(strength, voices) for strength in STRENGTHS])
    judged_on = "real" if "real" in patches.sources else str(patches.sources[0])
    chosen = Candidate(best(compared, judged_on), voices)
    line = chosen.fit(patches)
    counts = {
        str(source): {
            "pictures": sum(picture.source == source for picture in pictures),
            "positive_patches": int(patches.festive[patches.sources == source].sum()),
            "negative_patches": int((~patches.festive[patches.sources == source]).sum()),
        }
        for source in np.unique(patches.sources)
    }
    report = {
        "C": chosen.strength,
        "voices": chosen.voices,
        "judged_on": judged_on,
        "left_out": compared,
        "learnt_from": counts,
    }
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
