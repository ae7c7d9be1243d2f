"""ONNX graphs in reduced precision, made once and kept beside the other models.

int8: the weights of matrix products, per channel, with activations quantised as they come (dynamic quantisation);
convolutions stay as they are. fp16: weights and arithmetic in half precision, inputs and outputs in single.
What this costs is measured by `python -m ml backbones compare`, not assumed.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ml.backbones.extras import imported
from ml.backbones.graphs import read_model
from ml.weights import Weights, models_folder

QUANTISED = ["MatMul", "Gemm"]


def reduced(source: Weights, precision: str) -> Path:
    """The graph of `source` in `precision`, int8 or fp16. Raises MissingLibrary where the library onnx is missing."""
    folder = models_folder() / "reduced"
    path = folder / f"{source.name}-{precision}-{source.sha256[:16]}.onnx"
    if path.is_file():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    making = folder / f"{path.stem}.{os.getpid()}.part.onnx"
    try:
        write = write_int8 if precision == "int8" else write_fp16
        write(read_single(source.path, f"Reducing {source.name!r} to {precision}"), making)
        os.replace(making, path)
    finally:
        making.unlink(missing_ok=True)
    return path


def read_single(path: Path, purpose: str) -> Any:
    """The graph with every weight in float32, also those that are stored in half precision with a Cast in front."""
    model = read_model(path, purpose)
    arrays = imported("onnx.numpy_helper", purpose)
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    kept, single = [], {}
    for node in model.graph.node:
        if node.op_type == "Cast" and node.input[0] in stored and casts_to_single(node):
            values = arrays.to_array(stored[node.input[0]]).astype(np.float32)
            single[node.input[0]] = arrays.from_array(values, node.output[0])
        else:
            kept.append(node)
    tensors = [single.get(tensor.name, tensor) for tensor in model.graph.initializer]
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(kept)
    model.graph.initializer.extend(tensors)
    return model


def casts_to_single(node: Any) -> bool:
    return any(attribute.name == "to" and attribute.i == 1 for attribute in node.attribute)


def write_int8(model: Any, path: Path) -> None:
    quantisation = imported("onnxruntime.quantization", "Reducing a graph to int8")
    with quiet():
        quantisation.quantize_dynamic(
            model,
            path,
            op_types_to_quantize=QUANTISED,
            per_channel=True,
            weight_type=quantisation.QuantType.QInt8,
            extra_options={"MatMulConstBOnly": True},
        )


@contextmanager
def quiet() -> Iterator[None]:
    """Without the library's advice to preprocess graphs, which does not hold for dynamic quantisation."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def write_fp16(model: Any, path: Path) -> None:
    onnx = imported("onnx", "Reducing a graph to fp16")
    float16 = imported("onnxruntime.transformers.float16", "Reducing a graph to fp16")
    onnx.save(float16.convert_float_to_float16(model, keep_io_types=True), str(path))
