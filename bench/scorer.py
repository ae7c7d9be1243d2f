"""The scorer on the real night drive, beside a naive baseline and an untrained backbone.

Needs FESTIVITY_REAL_DATA. `reference.csv` is another model's output: to compare with, never learnt from. The untrained
backbone gets a head from the same pictures as the shipped one; it needs torch and takes some minutes, and is left out
without `--random`. The last line is one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ml import evaluate
from ml.cli import main as ml_command
from ml.pictures import find_pictures, read_picture
from ml.scorer import Scorer, load_scorer


def frames_per_s(scorer: Scorer, photos: list[Path]) -> float:
    """Pictures scored per second of wall time, decoding included, one process."""
    scorer.score([read_picture(photos[0])])
    started = time.perf_counter()
    for photo in photos:
        scorer.score([read_picture(photo)])
    return len(photos) / (time.perf_counter() - started)


def random_figures(real: Path, rendered: list[str]) -> dict[str, Any]:
    """The same recipe for the head on an untrained backbone."""
    with tempfile.TemporaryDirectory() as folder:
        steps = [
            ["export", folder, "--random", "0", "--name", "random"],
            ["train", folder, "--backbone", f"{folder}/random", "--name", "random-head", "--real", str(real)],
        ]
        if rendered:
            steps[1] += ["--rendered", *rendered]
        for step in steps:
            if ml_command(step):
                sys.exit(f"python -m ml {step[0]} failed.")
        return evaluate.report(load_scorer(f"{folder}/random"), real, [])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--random", action="store_true", help="also train and score an untrained backbone")
    parser.add_argument(
        "--rendered", nargs="*", default=[], metavar="DIR", help="rendered pictures for its head"
    )
    arguments = parser.parse_args()
    if "FESTIVITY_REAL_DATA" not in os.environ:
        sys.exit("Set FESTIVITY_REAL_DATA to the folder of real data.")
    real = Path(os.environ["FESTIVITY_REAL_DATA"])
    scorer = load_scorer(threads=arguments.threads)
    photos = list(find_pictures([real / "mira_mesa_drive" / "photos"]))
    speed = frames_per_s(scorer, photos[:60])
    found = evaluate.report(scorer, real, [])
    figures = {
        "scorer": scorer.hash,
        "spearman": found["drive"]["spearman"],
        "spearman_edges": found["edges"]["spearman"],
        "auc_lit": found["drive"]["auc_lit"],
        "top50_festivity": found["drive"]["top50"],
        "top50_edges": found["edges"]["top50"],
        "negatives_none_share": found["negatives_none_share"],
        "frames_per_s": round(speed, 2),
    }
    if arguments.random:
        random = random_figures(real, arguments.rendered)
        figures["random_backbone"] = {
            **random["drive"],
            "negatives_none_share": random["negatives_none_share"],
        }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
