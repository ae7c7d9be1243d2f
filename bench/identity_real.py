"""The labelled real pairs, as patches alone and as the whole pipeline judge them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.houses import overlap, walk

HALF = "report"
NEIGHBOURS_S = 2
NAMED = re.compile(r"phone_(left|right)_(\d{8}_\d{6})")
ByEvidence = Callable[[Callable[[], dict[str, float]]], dict[str, float]]


def joined_pairs(folder: Path, by_evidence: ByEvidence) -> dict[str, float]:
    """Precision, recall and F1 of joining, under each kind of evidence, and AUC, precision and recall of the kept patches."""
    from ml.labels import find_photos
    from ml.labels.same_place import load_same_place

    photos = find_photos([folder])
    pairs = load_same_place()
    labelled = {photos[view.sha256] for pair in pairs for view in (pair.first, pair.second)}
    walk(beside(labelled, photos.values()))
    chosen = [pair for pair in pairs if pair.half == HALF]
    sightings = sightings_by_photo()
    views = [(shown_in(pair.first, sightings), shown_in(pair.second, sightings)) for pair in chosen]
    placed = [(a, b, pair.same) for (a, b), pair in zip(views, chosen, strict=True) if a and b and a != b]
    print(f"{len(placed)} of {len(chosen)} pairs have two sightings", file=sys.stderr)
    return by_evidence(lambda: judged(placed)) | on_patches(placed)


def beside(labelled: set[Path], photos: Any) -> list[Path]:
    """The labelled photos and those of the same camera up to 2 seconds away, by their names; one of each name."""
    moments = [moment(path) for path in labelled]
    near = {
        path.name: path
        for path in photos
        if NAMED.match(path.name)
        and any(
            side == moment(path)[0] and abs((at - moment(path)[1]).total_seconds()) <= NEIGHBOURS_S
            for side, at in moments
        )
    }
    return [path for _, path in sorted((near | {path.name: path for path in labelled}).items())]


def moment(path: Path) -> tuple[str, datetime]:
    found = NAMED.match(path.name)
    if found is None:
        raise ValueError(path.name)
    return found[1], datetime.strptime(found[2], "%Y%m%d_%H%M%S")


def sightings_by_photo() -> dict[str, list[Any]]:
    from server.houses.models import Sighting

    found: dict[str, list[Any]] = {}
    for sighting in Sighting.objects.select_related("region", "frame__footage").order_by("pk"):
        found.setdefault(sighting.frame.footage.sha256, []).append(sighting)
    return found


def shown_in(view: Any, sightings: dict[str, list[Any]]) -> int | None:
    """Id of the sighting that overlaps a labelled box most, by at least half of the smaller of the two."""
    rated = [(overlap(one.region.box, view.box), one) for one in sightings.get(view.sha256, [])]
    shared, best = max(rated, key=lambda entry: entry[0], default=(0.0, None))
    if best is None or shared < 0.5 * min(area(best.region.box), area(view.box)):
        return None
    return int(best.pk)


def area(box: Any) -> float:
    return float((box[2] - box[0]) * (box[3] - box[1]))


def judged(placed: list[tuple[int, int, bool]]) -> dict[str, float]:
    from bench.identity_rendered import shares
    from server.houses.models import Sighting

    house = dict(Sighting.objects.values_list("pk", "house"))
    joined = [house[a] == house[b] for a, b, _ in placed]
    return {f"real_{key}": value for key, value in shares(joined, [same for *_, same in placed]).items()}


def on_patches(placed: list[tuple[int, int, bool]]) -> dict[str, float]:
    """The kept patches of the two regions, however far apart they lie: AUC, and precision and recall at the even chance."""
    from bench.identity_rendered import shares
    from ml.metrics import auc
    from server.houses.models import Sighting
    from workers.matching import chances_of

    region = dict(Sighting.objects.values_list("pk", "region"))
    pairs = [tuple(sorted((region[a], region[b]))) for a, b, _ in placed]
    chances = chances_of([(pair[0], pair[1]) for pair in pairs])
    chosen = [(chances[pair[0], pair[1]], same) for pair, (*_, same) in zip(pairs, placed, strict=True)]
    found = shares([chance >= 0.5 for chance, _ in chosen], [same for _, same in chosen])
    area_under = auc([same for _, same in chosen], [chance for chance, _ in chosen])
    return {f"patches_{key}": value for key, value in found.items()} | {"patches_auc": round(area_under, 3)}
