"""What dropping dark patches before the transformer costs and gains: the shipped scorer beside the same one with every patch.

Scores the photos of a folder (default: the real night drive below FESTIVITY_REAL_DATA) with both, and times the network alone,
in turns. The last line is one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from ml import metrics, transforms, weights
from ml.backbone import load_backbone
from ml.head import load_head
from ml.pictures import find_pictures, read_picture
from ml.types import Image

DARKEST, NO_LIMIT = 20 / 255, -10.0


def with_every_patch(source: Path, folder: Path) -> Path:
    """The same graph whose limit of darkness no patch falls below."""
    model = onnx.load(str(source))
    changed = 0
    for node in model.graph.node:
        for attribute in node.attribute:
            value = numpy_helper.to_array(attribute.t) if attribute.HasField("t") else np.zeros(0)
            if value.size == 1 and abs(float(value.ravel()[0]) - DARKEST) < 1e-6:
                limit = np.full(value.shape, NO_LIMIT, dtype=value.dtype)
                attribute.t.CopyFrom(numpy_helper.from_array(limit, attribute.t.name))
                changed += 1
    if changed != 1:
        sys.exit(f"The graph holds the limit of darkness {changed} times, not once.")
    path = folder / "every-patch.onnx"
    onnx.save(model, str(path))
    weights.write_card(path.stem, path, weights.find("embedded").card)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--count", type=int, default=200, help="photos, evenly spaced (default: 200)")
    parser.add_argument("--threads", type=int)
    arguments = parser.parse_args()
    if arguments.photos is None and "FESTIVITY_REAL_DATA" not in os.environ:
        sys.exit("Name a folder with --photos, or set FESTIVITY_REAL_DATA.")
    folder = arguments.photos or Path(os.environ["FESTIVITY_REAL_DATA"]) / "mira_mesa_drive" / "photos"
    photos = list(find_pictures([folder]))
    photos = photos[:: max(1, len(photos) // arguments.count)][: arguments.count]
    head = load_head()
    with tempfile.TemporaryDirectory() as scratch:
        every = with_every_patch(weights.find("embedded").path, Path(scratch))
        names = ("embedded", str(every.with_suffix("")))
        lit, whole = (load_backbone(name, arguments.threads) for name in names)
        scores: list[list[float]] = [[], []]
        spent_s: list[list[float]] = [[], []]
        lit_shares = []
        for photo in photos:
            image = transforms.fitted(read_picture(photo), lit.long_side, lit.patch)
            images = transforms.normalised([image])
            lit_shares.append(lit_share(image, lit.patch))
            for kind, backbone in enumerate((lit, whole)):
                started = time.perf_counter()
                found = backbone.encode(images)
                spent_s[kind].append(time.perf_counter() - started)
                scores[kind].append(float(head.probabilities(found.patches[0]).mean()))
    print(json.dumps(figures(scores, spent_s, lit_shares)))


def lit_share(image: Image, patch: int) -> float:
    rows, columns = image.shape[0] // patch, image.shape[1] // patch
    cells = image.max(axis=2).reshape(rows, patch, columns, patch).max(axis=(1, 3))
    return float((cells > DARKEST * 255).mean())


def figures(
    scores: list[list[float]], spent_s: list[list[float]], lit_shares: list[float]
) -> dict[str, float]:
    medians = [statistics.median(times) for times in spent_s]
    return {
        "photos": len(scores[0]),
        "lit_patches_share": round(float(np.mean(lit_shares)), 4),
        "spearman_with_full_pass": round(metrics.spearman(*scores), 5),
        "largest_change": round(float(np.abs(np.diff(np.array(scores), axis=0)).max()), 5),
        "ms_lit_patches": round(1000 * medians[0], 1),
        "ms_every_patch": round(1000 * medians[1], 1),
        "times_faster": round(medians[1] / medians[0], 2),
    }


if __name__ == "__main__":
    main()
