"""`python -m bench.scoring PICTURES|DIR … [--frames N] [--threads N]`: how fast pictures are scored, and what that costs.

A ViT-S/16 of random weights in the hub's layout (DINOv3), pictures of 768x768, which is 198 GFLOP each. The forerunner's loop
decodes the whole JPEG, runs torch in fp32 one picture at a time, takes all layers and asks scikit-learn's logistic. All systems
take turns over the same pictures; the figures are medians. The last line is one line of JSON. Without paths: the photos of the
real night drive below FESTIVITY_REAL_DATA.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.scoring import peak, storage
from bench.scoring.network import LAYER, make_network
from bench.scoring.systems import Runner, Systems
from ml import metrics
from ml.pictures import evenly, find_pictures


def main() -> None:
    arguments = parsed()
    import torch

    torch.set_num_threads(arguments.threads)
    every = pictures(arguments.paths)
    photos = evenly(every, arguments.frames + 1)
    with tempfile.TemporaryDirectory() as scratch:
        say("Making the network and its graphs …")
        network = make_network(Path(scratch), arguments.size)
        systems = Systems(network, photos, arguments.size, arguments.threads)
        matrix = peak.Products(arguments.threads, Path(scratch))
        spent, scores = taken_in_turns(systems.runners, matrix, photos[1:], arguments.batch)
        found = figures(spent, scores, matrix.best, arguments.size)
        found |= storage.measured(evenly(every, arguments.stored), Path(scratch), arguments.threads)
    said = {"frames": arguments.frames, "size": arguments.size, "threads": arguments.threads}
    print(json.dumps({**found, **said, "logistic": systems.logistic, "load": round(os.getloadavg()[0], 1)}))


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m bench.scoring")
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument(
        "--frames", type=int, default=12, help="pictures to time, after one to warm up (default: 12)"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--size", type=int, default=768, help="side of the pictures in pixels (default: 768)")
    parser.add_argument(
        "--batch", type=int, default=2, help="pictures at once, of the systems that batch (default: 2)"
    )
    parser.add_argument(
        "--stored", type=int, default=40, help="frames whose features are stored (default: 40)"
    )
    return parser.parse_args()


def pictures(paths: Sequence[Path]) -> list[Path]:
    if not paths:
        if "FESTIVITY_REAL_DATA" not in os.environ:
            sys.exit("Name pictures or a folder of them, or set FESTIVITY_REAL_DATA.")
        paths = [Path(os.environ["FESTIVITY_REAL_DATA"]) / "mira_mesa_drive" / "photos"]
    photos = list(find_pictures(paths))
    if len(photos) < 3:
        sys.exit("There are fewer than three pictures; name more.")
    return photos


def taken_in_turns(
    runners: dict[str, Runner], matrix: peak.Products, photos: Sequence[Path], batch: int
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Seconds per picture and scores of each system; a round is one batch through all of them, and one matrix product."""
    spent: dict[str, list[float]] = {name: [] for name in runners}
    scores: dict[str, list[float]] = {name: [] for name in runners}
    for start in range(0, len(photos), batch):
        part = photos[start : start + batch]
        matrix.run()
        for name, runner in runners.items():
            seconds, found = timed(runner, part)
            spent[name].append(seconds / len(part))
            scores[name] += found
        matrix.run()
        say(f"{start + len(part)} of {len(photos)} pictures")
    return spent, scores


def timed(runner: Runner, photos: Sequence[Path]) -> tuple[float, list[float]]:
    started = time.perf_counter()
    found = runner(photos)
    return time.perf_counter() - started, found


def figures(
    spent: dict[str, list[float]], scores: dict[str, list[float]], best_gflops: float, size: int
) -> dict[str, Any]:
    seconds = {name: statistics.median(times) for name, times in spent.items()}
    ratios = {
        name: statistics.median(a / b for a, b in zip(spent["forerunner"], times, strict=True))
        for name, times in spent.items()
    }
    whole = np.array(scores["fp32"])

    def loss(name: str) -> float:
        return round(float(np.abs(np.array(scores[name]) - whole).max()), 6)

    def order(name: str) -> float:
        return round(metrics.spearman(scores[name], whole), 5)

    for name in spent:
        speed = f"{1 / seconds[name]:6.3f} pictures/s, {ratios[name]:5.2f} x"
        say(f"{name:>14}: {speed}, loss {loss(name):.2e}, Spearman {order(name):.4f}")
    reduced = [name for name in ("int8", "openvino bf16") if name in spent]
    fastest = max(reduced, key=ratios.__getitem__)
    gflops = peak.vit_gflop(size, LAYER) / min(spent["fp32"])
    return {
        "speedup_fp32": round(ratios["fp32"], 2),
        "speedup_reduced": round(ratios[fastest], 2),
        "speedup_sparse": round(max(ratios[name] for name in spent if name.startswith("sparse")), 2),
        "max_difference": round(float(np.abs(np.array(scores["forerunner"]) - whole).max()), 8),
        "peak_share": round(gflops / best_gflops, 3),
        "gflops": round(gflops, 1),
        "peak_gflops": round(best_gflops, 1),
        "reduced": fastest,
        "pictures_per_s": {name: round(1 / value, 3) for name, value in seconds.items()},
        "speedups": {name: round(value, 2) for name, value in ratios.items()},
        "losses": {name: loss(name) for name in spent if name not in ("forerunner", "fp32")},
        "scores": [round(float(whole.min()), 4), round(float(whole.max()), 4)],
        "spearmans": {name: order(name) for name in spent if name not in ("forerunner", "fp32")},
    }


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
