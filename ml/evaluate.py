"""How good is a scorer: against masks, against another system's scores, and on towns without festive lights."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ml import metrics
from ml.pictures import find_pictures, read_picture
from ml.regions import FESTIVE
from ml.scorer import Scorer
from ml.train import NEGATIVE_COVERAGE, POSITIVE_COVERAGE
from ml.truth import TruePicture, coverage, festive_area
from ml.types import Floats, Image

EDGE_GRADIENT = 0.08
TOP = 50


def read_reference(path: Path) -> dict[str, float]:
    """Picture name -> `peer_max` of a reference.csv: another model's festivity, for comparison only."""
    with path.open(newline="") as file:
        return {row["image"]: float(row["peer_max"]) for row in csv.DictReader(file)}


def festivities(scorer: Scorer, folder: Path) -> dict[str, float]:
    """Festivity of every picture below `folder`, by file name."""
    return {path.name: scorer.score([read_picture(path)])[0].festivity for path in find_pictures([folder])}


def edge_share(image: Image) -> float:
    """The naive baseline: share of pixels whose brightness gradient (per pixel, brightness in [0, 1]) exceeds 0.08."""
    brightness = image.mean(axis=2, dtype=np.float32) / 255
    down, right = np.gradient(brightness)
    return float((np.hypot(down, right) > EDGE_GRADIENT).mean())


def edge_shares(folder: Path) -> dict[str, float]:
    """`edge_share` of every picture below `folder`, by file name."""
    return {path.name: edge_share(read_picture(path)) for path in find_pictures([folder])}


def agreement(scores: dict[str, float], reference: dict[str, float], lit: float = 0.01) -> dict[str, float]:
    """Rank agreement with a reference: `spearman`, `auc_lit` (reference >= `lit`) and shared names of the top 50."""
    names = sorted(scores.keys() & reference.keys())
    found, wanted = [scores[name] for name in names], [reference[name] for name in names]
    return {
        "spearman": round(metrics.spearman(found, wanted), 4),
        "auc_lit": round(metrics.auc([value >= lit for value in wanted], found), 4),
        "top50": metrics.shared_top(found, wanted, TOP),
    }


def none_share(scorer: Scorer, scores: dict[str, float]) -> float:
    """Share of pictures in the class "none"."""
    return float(np.mean([scorer.card.class_of(score) == "none" for score in scores.values()]))


def against_masks(scorer: Scorer, pictures: Sequence[TruePicture]) -> dict[str, float]:
    """Patch-wise figures over all pictures: average precision and AUC of clear patches, IoU at 0.5 of half-covered ones."""
    maps, shares = zip(*scored_with_truth(scorer, pictures), strict=True)
    chances, share = np.concatenate(maps), np.concatenate(shares)
    clear = (share >= POSITIVE_COVERAGE) | (share <= NEGATIVE_COVERAGE)
    festive = share[clear] >= POSITIVE_COVERAGE
    return {
        "pictures": len(pictures),
        "average_precision": round(metrics.average_precision(festive, chances[clear]), 4),
        "auc": round(metrics.auc(festive, chances[clear]), 4),
        "iou": round(metrics.iou(share >= FESTIVE, chances >= FESTIVE), 4),
        "festivity_true": round(float(share.mean()), 4),
        "festivity_found": round(float(chances.mean()), 4),
    }


def scored_with_truth(scorer: Scorer, pictures: Sequence[TruePicture]) -> Iterator[tuple[Floats, Floats]]:
    """Flat festivity map and flat festive share of the same patches, picture by picture."""
    for picture in pictures:
        scored = scorer.score([read_picture(picture.path)])[0]
        share = coverage(festive_area(picture.mask()), *scored.festivity_map.shape)
        yield scored.festivity_map.ravel(), share.ravel()


def report(scorer: Scorer, real: Path | None, rendered: Sequence[TruePicture]) -> dict[str, Any]:
    """All figures that the given folders allow; `real` is the folder that FESTIVITY_REAL_DATA names."""
    found: dict[str, Any] = {"scorer": scorer.hash}
    if rendered:
        found["rendered"] = against_masks(scorer, rendered)
    if real is None:
        return found
    drive, towns = real / "mira_mesa_drive", real / "night_negatives"
    reference = read_reference(drive / "reference.csv")
    found["drive"] = agreement(festivities(scorer, drive / "photos"), reference)
    found["edges"] = agreement(edge_shares(drive / "photos"), reference)
    found["negatives_none_share"] = round(none_share(scorer, festivities(scorer, towns)), 4)
    return found
