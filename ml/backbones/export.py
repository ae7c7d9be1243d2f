"""Hub checkpoints as ONNX graphs: outputs `cls` and `layer_1` to `layer_N`, any batch and any size of whole patches."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import torch
from torch import nn

from ml.types import WeightsError

LARGEST_RELATIVE_DIFFERENCE = 1e-3
OPSET = 18


def export_onnx(network: nn.Module, path: Path) -> float:
    """Write `path`; returns the largest difference from torch at two sizes, relative to the largest value of the output.

    Raises WeightsError and removes the file where that exceeds 1e-3.
    """
    outputs = output_names(network)
    grid = {0: "batch", 1: "rows", 2: "columns"}
    axes = {"images": {0: "batch", 2: "height", 3: "width"}, "cls": {0: "batch"}}
    patch = patch_of(network)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (torch.zeros(2, 3, 3 * patch, 4 * patch),),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=["images"],
            output_names=outputs,
            dynamic_axes={**axes, **dict.fromkeys(outputs[1:], grid)},
        )
    difference = largest_difference(network, path)
    if not difference < LARGEST_RELATIVE_DIFFERENCE:
        path.unlink()
        raise WeightsError(
            f"The exported graph differs from torch by {difference:.1e} of its values; at most 1e-3 is allowed."
        )
    return difference


def output_names(network: nn.Module) -> list[str]:
    return ["cls", *(f"layer_{number}" for number in range(1, network.config.depth + 1))]


def patch_of(network: nn.Module) -> int:
    """The side of a patch in pixels."""
    return int(network.config.patch)


def largest_difference(network: nn.Module, path: Path) -> float:
    """Over both sizes and all outputs, largest |torch - ONNX| / largest |torch|."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    patch = patch_of(network)
    found = []
    for batch, rows, columns in ((1, 4, 4), (2, 5, 2)):
        images = torch.randn(
            batch, 3, rows * patch, columns * patch, generator=torch.Generator().manual_seed(rows)
        )
        with torch.no_grad():
            expected = [output.numpy() for output in network(images)]
        outputs = session.run(output_names(network), {"images": images.numpy()})
        found += [np.abs(a - b).max() / np.abs(a).max() for a, b in zip(expected, outputs, strict=True)]
    return float(np.max(found))
