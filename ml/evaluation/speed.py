"""How fast the network is by itself, and how long a picture takes to read."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml import transforms
from ml.evaluation.figures import Figure, drawn_again
from ml.pictures import evenly, read_picture
from ml.scorer import Scorer

ROUNDS = 3
MOST_PICTURES = 40


def speed(scorer: Scorer, pictures: Sequence[Path]) -> dict[str, Figure]:
    """Of at most 40 pictures, evenly spaced, one at a time, median of 3 rounds; pictures drawn again.

    `network_frames_per_s`: backbone and head at the default size, on the threads of the scorer. `score_frames_per_s`: all
    that a score takes but reading (resizing, network, regions with their vectors). `decode_ms`: reading one file.
    `read_and_score_frames_per_s`: both together.
    """
    chosen = evenly(pictures, MOST_PICTURES)
    images = [read_picture(path) for path in chosen]
    backbone, head = scorer.backbone, scorer.head
    inputs = [
        transforms.normalised([transforms.fitted(image, backbone.long_side, backbone.patch)])
        for image in images
    ]
    network = seconds(lambda number: head.probabilities(backbone.encode(inputs[number]).patches), len(chosen))
    scoring = seconds(lambda number: scorer.score([images[number]]), len(chosen))
    decoding = seconds(lambda number: read_picture(chosen[number]), len(chosen))
    return {
        "network_frames_per_s": per_second(network),
        "score_frames_per_s": per_second(scoring),
        "read_and_score_frames_per_s": per_second(decoding + scoring),
        "decode_ms": milliseconds(decoding),
    }


def seconds(run: Callable[[int], object], count: int) -> NDArray[np.float64]:
    """(count,) wall time of each run: the median of 3 rounds, after one run that warms up."""
    run(0)
    return np.median([[timed(run, number) for number in range(count)] for _ in range(ROUNDS)], axis=0)


def timed(run: Callable[[int], object], number: int) -> float:
    started = time.perf_counter()
    run(number)
    return time.perf_counter() - started


def per_second(took: NDArray[np.float64]) -> Figure:
    return drawn_again(
        lambda drawn: float(drawn.sum() / (took * drawn).sum()), np.arange(len(took)), len(took)
    )


def milliseconds(took: NDArray[np.float64]) -> Figure:
    return drawn_again(
        lambda drawn: float(1000 * np.average(took, weights=drawn)), np.arange(len(took)), len(took)
    )
