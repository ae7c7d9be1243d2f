"""From pictures with masks to a head: patch features, then logistic regression, the same every time."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ml import curves, logistic
from ml.backbone import Backbone
from ml.candidate import MOST_FOLDS, best, compare, folds, heard
from ml.encoded import Encoded, Store, encode_all
from ml.head import save_head, sigmoid
from ml.left_out import LeftOut, by_source, figures, left_out, shifted, unbiased_shift
from ml.patches import Patches, gathered
from ml.reference_set import Judged, ReferenceSet, limits_report, load_reference_set, render_references
from ml.regions import share_in_regions
from ml.truth import TruePicture

STRENGTHS = (1e-3, 1e-2, 1e-1, 1.0, 10.0)


@dataclass(frozen=True)
class Plan:
    """How to train: the values of C to compare, and at most how many folds of whole groups are left out.

    `work` keeps features and rendered pictures between runs, where given; `reference` fixes the class limits, by default the
    shipped set.
    """

    strengths: tuple[float, ...] = STRENGTHS
    most_folds: int = MOST_FOLDS
    work: Path | None = None
    reference: ReferenceSet | None = None


@dataclass(frozen=True)
class Trained:
    """The line of a head, its pictures as left out, and the report."""

    line: logistic.Line
    pictures: list[LeftOut]
    report: dict[str, Any]


def train_head(
    backbone: Backbone,
    pictures: Sequence[TruePicture],
    name: str,
    folder: Path,
    title: str,
    plan: Plan | None = None,
) -> dict[str, Any]:
    """Fit a head, write `name`.npz, its card `name`.json and the report with its curves to `folder`, and return the report.

    The same pictures, backbone and plan give the same bytes. Raises WeightsError where the pictures do not suffice.
    """
    trained = fit(backbone, pictures, plan or Plan())
    card = {
        "kind": "head",
        "title": title,
        "backbone": backbone.name,
        "backbone_sha256": backbone.sha256,
        "class_limits": trained.report["limits"]["class_limits"],
        "house_limits": trained.report["limits"]["house_limits"],
        "report": brief(trained.report),
    }
    folder.mkdir(parents=True, exist_ok=True)
    save_head(name, folder, trained.line.weight.astype(np.float32), trained.line.bias, card)
    (folder / "report.json").write_text(json.dumps(trained.report, indent=2) + "\n")
    curves.draw_all(trained.report["left_out"], folder)
    return trained.report


def fit(backbone: Backbone, pictures: Sequence[TruePicture], plan: Plan) -> Trained:
    """Of the plan's values of C, what does best on left-out groups is fitted to all pictures.

    It has learnt from patches beyond doubt alone; what is in between shifts it last, so that a festivity is on the mean the true
    festive share.
    """
    with ExitStack() as stack:
        work = plan.work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        store = Store(backbone, work)
        encoded = encode_all(store, pictures)
        patches = gathered(encoded)
        voices = backbone.voices or ((0, patches.features.shape[1]),)
        compared = compare(heard(patches, voices), plan.strengths, plan.most_folds)
        judged_on = most_real(patches)
        chosen = best(compared, judged_on)
        seen = left_out(encoded, chosen.left_out)
        shift = unbiased_shift(seen)
        line, seen = logistic.Line(chosen.line.weight, chosen.line.bias + shift), shifted(seen, shift)
        limits = limits_report(
            judged_references(store, work, seen, line, plan.reference or load_reference_set())
        )
    report = {
        "C": chosen.figures["C"],
        "voices": voices,
        "shift": round(shift, 4),
        "judged_on": judged_on,
        "groups": len(np.unique(patches.groups)),
        "folds": len(folds(patches.groups, plan.most_folds)),
        "compared": [one.figures for one in compared],
        "left_out": {source: figures(ones) for source, ones in by_source(seen).items()},
        "limits": limits,
        "learnt_from": counts(encoded, patches),
    }
    return Trained(line, seen, report)


def most_real(patches: Patches) -> str:
    """The source on which heads are compared: real pictures where any shows something festive."""
    sources = np.unique(patches.sources[patches.festive])
    return "real" if "real" in sources else str(sources[0])


def judged_references(
    store: Store, work: Path, seen: Sequence[LeftOut], line: logistic.Line, reference: ReferenceSet
) -> dict[str, list[Judged]]:
    """Pictures of the reference set with the festivity found: real ones as left out, rendered ones by the head itself."""
    labelled = {one.picture.label.sha256: one for one in seen if one.picture.label}
    real = [
        Judged(one.share, labelled[one.sha256].festivity, labelled[one.sha256].in_regions)
        for one in reference.real
        if one.sha256 in labelled
    ]
    rendered = []
    for one, path in zip(
        reference.rendered, render_references(reference.rendered, work / "reference"), strict=True
    ):
        image = store.fitted(path)
        chances = sigmoid(line.logits(np.load(store.features_path(path, image))))
        festivity_map = chances.reshape(image.shape[0] // store.backbone.patch, -1)
        rendered.append(Judged(one.share, float(chances.mean()), share_in_regions(festivity_map)))
    print(
        f"class limits rest on {len(real)} real and {len(rendered)} rendered pictures of the reference set",
        file=sys.stderr,
    )
    return {"real": real, "rendered": rendered}


def counts(encoded: Sequence[Encoded], patches: Patches) -> dict[str, dict[str, int]]:
    """Pictures and patches learnt from, by source."""
    return {
        str(source): {
            "pictures": sum(one.picture.source == source for one in encoded),
            "positive_patches": int(patches.festive[patches.sources == source].sum()),
            "negative_patches": int((~patches.festive[patches.sources == source]).sum()),
        }
        for source in np.unique(patches.sources)
    }


def brief(report: dict[str, Any]) -> dict[str, Any]:
    """The report without curves and bins, for the card."""
    left_out = {
        source: {
            **{name: value for name, value in found.items() if name != "precision_at_recall"},
            "calibration": {name: value for name, value in found["calibration"].items() if name != "bins"},
        }
        for source, found in report["left_out"].items()
    }
    return {**report, "left_out": left_out}
