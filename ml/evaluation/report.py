"""Every figure that the given pictures allow, as the rows of one table."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.baselines import HandMade, edge_share
from ml.evaluation.drive import agreement, compared_with_truth, told_apart
from ml.evaluation.figures import EDGES, HAND_MADE, SCORER, UNTRAINED, Figure, Row, share
from ml.evaluation.patches import (
    Judged,
    clear_average_precision,
    half_covered_iou,
    judged,
    judged_left_out,
)
from ml.evaluation.pictures import RealData
from ml.evaluation.speed import speed
from ml.evaluation.systems import System, rival, scorer_itself, untrained
from ml.evaluation.zero_shot import zero_shot_systems
from ml.labels import FIGURES, LAMPS_ONLY
from ml.pictures import read_picture
from ml.scorer import Scorer
from ml.train import Plan
from ml.truth import TruePicture

GOALS = {
    ("drive", "spearman"): 0.90,
    ("drive", "spearman_lit"): 0.82,
    ("drive", "auc_lit"): 0.95,
    ("night negatives", "none_share"): 0.95,
    ("lamps only", "none_share"): 0.95,
    ("decorated houses", "above_none_share"): 0.95,
    ("figures and inflatables", "above_none_share"): 0.95,
    ("own masks, group left out", "average_precision"): 0.90,
    ("rendered, unseen", "iou"): 0.75,
    ("speed", "network_frames_per_s"): 8.0,
}
STANDING = ("figure", "inflatable")


@dataclass(frozen=True)
class Sources:
    """Pictures to evaluate on: `real` may be missing, `rendered` have masks and were never learnt from.

    `taught`: further rendered pictures with masks that the heads learn from, as `plan` says. `zero_shot`: the folder of a
    text–image model to compare with.
    """

    real: RealData | None
    rendered: Sequence[TruePicture]
    taught: Sequence[TruePicture] = ()
    plan: Plan = field(default_factory=Plan)
    zero_shot: Path | None = None

    def lessons(self) -> list[TruePicture]:
        """All that the heads of the baselines, and those of left-out groups, learn from."""
        return [*(self.real.taught if self.real else ()), *self.taught]


def report(scorer: Scorer, sources: Sources, baselines: bool, work: Path) -> list[Row]:
    """Rows of all figures; `work` keeps what a second run need not compute again."""
    systems = [*compared(scorer, sources, baselines, work), *zero_shot_systems(sources.zero_shot, work)]
    rows: list[Row] = []
    if sources.real:
        rows += drive_rows(systems, sources.real, baselines)
        rows += truth_rows(systems, sources.real, baselines)
        rows += class_rows(systems, sources.real)
        rows += mask_rows(systems)
    if sources.rendered:
        rows += rendered_rows(systems, sources.rendered)
    drive = list(sources.real.reference()) if sources.real else []
    photos = drive or [one.path for one in sources.rendered]
    if photos:
        print("speed: timing the network", file=sys.stderr)
        rows += rows_of("speed", {SCORER: speed(scorer, photos)})
    return rows


def row(on: str, figure: str, found: dict[str, Figure]) -> Row:
    return Row(on, figure, GOALS.get((on, figure)), found)


def compared(scorer: Scorer, sources: Sources, baselines: bool, work: Path) -> Iterator[System]:
    """The scorer first, then the hand-made statistics and the untrained network, where they are wanted and can be had.

    All heads have the C of the scorer's own, where that is known.
    """
    lessons, plan = sources.lessons(), sources.plan
    if scorer.head.strength:
        plan = replace(plan, strengths=(scorer.head.strength,))
    yield scorer_itself(scorer, lessons, work, plan)
    if not baselines:
        return
    if not lessons:
        print("There are no pictures with masks, so the baselines that learn are left out.", file=sys.stderr)
        return
    yield rival(HAND_MADE, HandMade(), lessons, work, plan)
    network = untrained()
    if network is None:
        print("torch is not installed, so the untrained network is left out.", file=sys.stderr)
        return
    yield rival(UNTRAINED, network, lessons, work, plan)


def drive_rows(systems: Sequence[System], real: RealData, edges: bool) -> list[Row]:
    """Agreement with the reference of the drive, system by system; none where there is no reference."""
    reference = real.reference()
    if not reference:
        return []
    photos, wanted = list(reference), list(reference.values())
    found = {system.name: agreement(system.maps.festivities(photos, "drive"), wanted) for system in systems}
    if edges:
        found[EDGES] = agreement(edge_shares(photos), wanted)
    return rows_of("drive", found)


def truth_rows(systems: Sequence[System], real: RealData, edges: bool) -> list[Row]:
    """The same questions asked of people's eyes instead of the reference: frames chosen by eye, and drawn masks."""
    lamps, decorated = real.chosen(LAMPS_ONLY), real.chosen(FIGURES)
    rows = []
    if lamps and decorated:
        found = {
            system.name: told_apart(
                system.maps.festivities(lamps, "lamps only"),
                system.maps.festivities(decorated, "decorated frames"),
            )
            for system in systems
        }
        if edges:
            found[EDGES] = told_apart(edge_shares(lamps), edge_shares(decorated))
        rows.append(row("decorated above lamps only", "auc", found))
    return rows + masked_rows(systems, edges)


def masked_rows(systems: Sequence[System], edges: bool) -> list[Row]:
    """Do festivities go with the share that is festive in frames with drawn masks? Groups are left out of the head's training."""
    found = {}
    for system in systems:
        drawn = [one for one in system.lesson.left_out if one.picture.label] if system.lesson else []
        if drawn:
            true = [float(one.share.mean()) for one in drawn]
            found[system.name] = compared_with_truth([one.festivity for one in drawn], true)
            if edges and EDGES not in found:
                found[EDGES] = compared_with_truth(edge_shares([one.picture.path for one in drawn]), true)
    return [row("own masks, group left out", "spearman_of_frames", found)] if found else []


def edge_shares(photos: Sequence[Path]) -> list[float]:
    return [edge_share(read_picture(photo)) for photo in photos]


def rows_of(on: str, found: dict[str, dict[str, Figure]]) -> list[Row]:
    """System -> name -> figure, turned into one row per name."""
    return [
        row(on, name, {system: figures[name] for system, figures in found.items()}) for name in found[SCORER]
    ]


def class_rows(systems: Sequence[System], real: RealData) -> list[Row]:
    """Pictures that belong into class "none", and pictures that do not."""
    return [
        *none_rows(systems, "night negatives", real.below("night_negatives"), real, True),
        *none_rows(systems, "lamps only", real.chosen(LAMPS_ONLY), real, True),
        *none_rows(systems, "decorated houses", real.below("decorated_houses"), real, False),
        *none_rows(systems, "figures and inflatables", real.chosen(FIGURES, STANDING), real, False),
        *none_rows(systems, "decorated frames", real.chosen(FIGURES), real, False),
    ]


def none_rows(
    systems: Sequence[System], on: str, photos: Sequence[Path], real: RealData, wanted: bool
) -> Iterator[Row]:
    """Share of photos in class "none" (or above it), and the same of those that no head learnt from."""
    if not photos:
        return
    name = "none_share" if wanted else "above_none_share"
    right = {system.name: in_none(system, photos, on) == wanted for system in systems}
    unseen = real.unseen(photos)
    yield row(on, name, {system: share(found) for system, found in right.items()})
    if unseen.any() and not unseen.all():
        yield row(on, f"{name}_unseen", {system: share(found[unseen]) for system, found in right.items()})


def in_none(system: System, photos: Sequence[Path], on: str) -> NDArray[np.bool_]:
    """(n,): is the photo in class "none"?"""
    card = system.maps.scorer.card
    festivities = system.maps.festivities(photos, on)
    return np.array([card.class_of(festivity) == "none" for festivity in festivities], dtype=np.bool_)


def mask_rows(systems: Sequence[System]) -> list[Row]:
    """Drawn masks on real photos, whole groups (streets) left out of the head's training."""
    found = {}
    for system in systems:
        drawn = [one for one in system.lesson.left_out if one.picture.label] if system.lesson else []
        if drawn:
            found[system.name] = patch_figures(judged_left_out(drawn))
    return rows_of("own masks, group left out", found) if found else []


def patch_figures(patches: Judged) -> dict[str, Figure]:
    return {"average_precision": clear_average_precision(patches), "iou": half_covered_iou(patches)}


def rendered_rows(systems: Sequence[System], pictures: Sequence[TruePicture]) -> list[Row]:
    """The same on rendered pictures that nobody learnt from; pictures drawn again."""
    photos = [picture.path for picture in pictures]
    found = {
        system.name: patch_figures(judged(pictures, system.maps.of(photos, "rendered"))) for system in systems
    }
    return rows_of("rendered, unseen", found)
