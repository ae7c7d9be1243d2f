"""The systems that take turns: each reads pictures from their files and gives a score in [0, 1] for each."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image as Pillow

from bench.scoring.network import LAYER, Network
from ml import logistic, sparse
from ml.backbone import open_session
from ml.backbones.engines import ONNX, Source
from ml.backbones.extras import installed
from ml.backbones.openvino_engine import OpenVinoEngine
from ml.head import sigmoid
from ml.pictures import read_picture
from ml.scorer import load_scorer
from ml.transforms import normalised, resized
from ml.types import Floats, Image

PATCH = 16
TAUGHT, FESTIVE, STRENGTH = 4, 0.3, 0.01
OUTPUT = f"layer_{LAYER}"
Runner = Callable[[Sequence[Path]], list[float]]


class Systems:
    """`runners` by name. Their head is fitted to what the shipped scorer says of the first pictures."""

    def __init__(self, network: Network, photos: Sequence[Path], size: int, threads: int) -> None:
        self._torch, self._size = network.torch, size
        self._whole = open_session(network.whole, threads)
        self._int8 = open_session(network.whole_int8, threads)
        self._sparse = open_session(network.sparse, threads)
        self._line = self._fitted(photos[:: max(1, len(photos) // TAUGHT)][:TAUGHT])
        self._weight, self._bias = self._line.weight.astype(np.float32), np.float32(self._line.bias)
        self.logistic, self._probabilities = predict_proba(self._line)
        self.runners: dict[str, Runner] = {
            "forerunner": self._forerunner,
            "fp32": lambda paths: self._ours(paths, lambda images: self._run(self._whole, images)),
            "int8": lambda paths: self._ours(paths, lambda images: self._run(self._int8, images)),
            "sparse": self._merged,
        }
        if installed("openvino"):
            engine = OpenVinoEngine(Source("plain", ONNX, network.plain), threads, "bf16")
            self.runners["openvino bf16"] = lambda paths: self._ours(
                paths, lambda images: engine.run([OUTPUT], images)[0]
            )
        for runner in self.runners.values():
            runner(photos[:1])

    def _forerunner(self, paths: Sequence[Path]) -> list[float]:
        """The whole JPEG, one picture at a time, every layer normed and taken, a logistic from the shelf on the last."""
        scores = []
        for path in paths:
            with Pillow.open(path) as picture:
                image = resized(np.asarray(picture.convert("RGB")), self._size, self._size)
            with torch.inference_mode():
                layers = self._torch(torch.from_numpy(normalised([image])))
                taken = [layer.squeeze(0).flatten(0, 1) for layer in layers[1:]]
            scores.append(float(self._probabilities(taken[-1].numpy()).mean()))
        return scores

    def _ours(self, paths: Sequence[Path], tokens: Callable[[Floats], Floats]) -> list[float]:
        """JPEG decoded no larger than needed, pictures together, the one layer that is asked for."""
        grids = tokens(normalised([self._read(path) for path in paths]))
        return [float(sigmoid(grid @ self._weight + self._bias).mean()) for grid in grids]

    def _merged(self, paths: Sequence[Path]) -> list[float]:
        pictures = [sparse.merged(normalised([self._read(path)])[0], PATCH) for path in paths]
        batch = sparse.padded(pictures)
        parts = {"pixels": batch.pixels, "places": batch.places, "counts": batch.counts}
        tokens = self._sparse.run([OUTPUT], parts)[0]
        chances = sigmoid(tokens @ self._weight + self._bias)
        return [float(one.spread(found).mean()) for one, found in zip(pictures, chances, strict=True)]

    def _read(self, path: Path) -> Image:
        return resized(read_picture(path, self._size), self._size, self._size)

    def _run(self, session: Any, images: Floats) -> Floats:
        return np.asarray(session.run([OUTPUT], {"images": images})[0], dtype=np.float32)

    def _fitted(self, photos: Sequence[Path]) -> logistic.Line:
        """A line from the random tokens to what the shipped scorer calls festive."""
        scorer = load_scorer()
        tokens, festive = [], []
        for path in photos:
            image = self._read(path)
            tokens.append(self._run(self._whole, normalised([image]))[0])
            seen = scorer.score([read_picture(path)])[0].festivity_map
            rows, columns = (
                np.arange(side) * seen.shape[axis] // side for axis, side in enumerate(tokens[-1].shape[:2])
            )
            festive.append(seen[np.ix_(rows, columns)] > FESTIVE)
        truth = np.concatenate([one.ravel() for one in festive])
        rows_of = np.concatenate([grid.reshape(-1, grid.shape[2]) for grid in tokens])
        return logistic.fit(rows_of, truth, np.ones(len(truth), dtype=np.float32), STRENGTH)


def predict_proba(line: logistic.Line) -> tuple[str, Callable[[Floats], Floats]]:
    """scikit-learn's logistic with the weights of `line`, or its arithmetic in numpy, and which of the two it is."""
    if not installed("sklearn"):
        weight, bias = line.weight[:, None], line.bias
        return "numpy", lambda rows: np.asarray(1 / (1 + np.exp(-(rows.astype(np.float64) @ weight + bias))))
    model = importlib.import_module("sklearn.linear_model").LogisticRegression()
    model.classes_, model.coef_ = np.array([False, True]), line.weight[None]
    model.intercept_, model.n_features_in_ = np.array([line.bias]), len(line.weight)
    return "scikit-learn", lambda rows: np.asarray(model.predict_proba(rows)[:, 1])
