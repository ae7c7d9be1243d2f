"""A torch backbone as an ONNX graph: weights stored in half precision, run in single, any picture size and batch."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from ml.network import Backbone
from ml.types import WeightsError

LARGEST_FILE_BYTES = 25_000_000
PARITY_TOLERANCE = 1e-3
PARITY_SIZES = ((1, 160, 160), (2, 352, 640), (3, 640, 368))
BLACK = -2.2


def rounded_to_half(backbone: Backbone) -> Backbone:
    """The same backbone with every weight rounded to what half precision can hold, in place."""
    with torch.no_grad():
        for weight in backbone.parameters():
            weight.copy_(weight.half().float())
    return backbone


def export(backbone: Backbone, path: Path) -> float:
    """Write `path` and return the largest difference between torch and ONNX Runtime.

    Raises WeightsError if that exceeds 1e-3 or if the file is larger than 25 MB; what was there before then stays.
    """
    backbone = rounded_to_half(backbone.eval())
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        graph = Path(folder) / path.name
        write_graph(backbone, graph)
        difference = parity(backbone, graph)
        if not difference <= PARITY_TOLERANCE:
            raise WeightsError(
                f"The exported graph differs from torch by {difference:.2e}; at most 1e-3 is allowed."
            )
        if graph.stat().st_size > LARGEST_FILE_BYTES:
            raise WeightsError(f"{path.name} has {graph.stat().st_size} bytes; at most 25 MB may be shipped.")
        graph.replace(path)
    return difference


def write_graph(backbone: Backbone, path: Path) -> None:
    batch_and_size = {0: "batch", 2: "height", 3: "width"}
    grid = {0: "batch", 1: "rows", 2: "columns"}
    outputs = output_names(backbone)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            backbone,
            (torch.zeros(2, 3, 96, 160),),
            str(path),
            dynamo=False,
            opset_version=20,
            input_names=["images"],
            output_names=outputs,
            dynamic_axes={"images": batch_and_size, "cls": {0: "batch"}, **dict.fromkeys(outputs[1:], grid)},
        )
    onnx.save(with_half_storage(onnx.load(str(path))), str(path))


def output_names(backbone: Backbone) -> list[str]:
    """The graph's outputs, in their order: `cls`, `patches` and `layer_N` of each layer that can be had by itself."""
    return ["cls", "patches", *(f"layer_{number}" for number in backbone.shape.layers)]


def with_half_storage(model: onnx.ModelProto) -> onnx.ModelProto:
    """Large float32 initialisers become float16 with a Cast in front; ONNX Runtime folds the Cast when it loads."""
    kept, casts = [], []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < 256:
            kept.append(tensor)
            continue
        name = f"{tensor.name}.half"
        kept.append(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), name))
        casts.append(helper.make_node("Cast", [name], [tensor.name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return model


def parity(backbone: Backbone, path: Path) -> float:
    """Largest absolute difference between torch and ONNX Runtime over a few sizes of random pictures, NaN where either has one.

    Their lower half is black, and the last of a batch is all black, so that dark patches are dropped.
    """
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    differences = []
    for batch, height, width in PARITY_SIZES:
        images = torch.randn(batch, 3, height, width, generator=torch.Generator().manual_seed(height))
        images[:, :, height // 2 :], images[1:][-1:] = BLACK, BLACK
        with torch.no_grad():
            cls, patches, layers = backbone(images)
        expected = (cls, patches, *layers)
        found = session.run(output_names(backbone), {"images": images.numpy()})
        differences += [float(np.abs(e.numpy() - f).max()) for e, f in zip(expected, found, strict=True)]
    return float(np.max(differences))
