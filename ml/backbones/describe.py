"""What a file or folder is: the shape of a backbone, found out from the files themselves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ml.backbones.engines import BY_NAME, ONNX, SAFETENSORS, Source
from ml.backbones.extras import installed
from ml.backbones.graphs import SEQUENCE, Graph, read_model, residuals
from ml.backbones.network.config import read_config
from ml.types import WeightsError

PROBE_PX = 224
PATCHES_PX = (14, 16, 32, 8)
LONGEST_PREFIX = 9


@dataclass(frozen=True)
class Shape:
    """`prefix`: tokens before the patches. `depth`: layers, None where the graph does not tell. `long_side` in pixels.

    `layers`: those that can be asked for, counted from 1, the last of them by itself where nothing else is known.
    """

    format: str
    patch: int
    prefix: int
    dimension: int
    depth: int | None
    long_side: int
    layers: tuple[int, ...]

    def as_card(self) -> dict[str, Any]:
        return asdict(self)


def long_side_of(patch: int) -> int:
    """The default for pictures: the most whole patches within 800 pixels."""
    return 800 // patch * patch


def describe(path: Path) -> Shape:
    """The shape of the backbone in an ONNX file, or in a safetensors file with its config.json beside it.

    Raises WeightsError with a sentence where it is neither, or does not do what a backbone does.
    """
    if path.suffix == ".onnx":
        return describe_graph(path)
    if path.suffix == ".safetensors":
        return describe_checkpoint(path)
    raise WeightsError(
        f"{path} is no backbone: give an ONNX file, or a folder with config.json and model.safetensors."
    )


def describe_checkpoint(path: Path) -> Shape:
    config_path = path.with_name("config.json")
    if not config_path.is_file():
        raise WeightsError(f"{path.name} has no config.json beside it, which says what it is.")
    config = read_config(config_path)
    if installed("torch") and installed("safetensors"):
        from ml.backbones.network.loading import load_network

        load_network(path, config_path)
    return Shape(
        format=SAFETENSORS,
        patch=config.patch,
        prefix=config.prefix,
        dimension=config.width,
        depth=config.depth,
        long_side=long_side_of(config.patch),
        layers=tuple(range(1, config.depth + 1)),
    )


def describe_graph(path: Path) -> Shape:
    """Runs one picture through the graph and counts what comes out."""
    from ml.backbones.onnx_engine import OnnxEngine

    engine = OnnxEngine(BY_NAME["onnx-cpu"], Source(path.stem, ONNX, path), None, "fp32")
    graph = engine.graph
    height, width = graph.fixed or (PROBE_PX, PROBE_PX)
    chance = np.random.default_rng(0)
    images = chance.standard_normal((1, 3, height, width)).astype(np.float32)
    output = SEQUENCE if graph.is_sequence else "patches" if "patches" in graph.gives else graph.gives[-1]
    try:
        first, grid = engine.run([SEQUENCE if graph.is_sequence else "cls", output], images)
    except Exception as error:
        raise WeightsError(
            f"{path.name} cannot be run on a picture of {width}x{height} pixels: {error}"
        ) from error
    patch, prefix = (
        patch_and_prefix(grid.shape[1], height, width, path)
        if graph.is_sequence
        else (height // grid.shape[1], 1)
    )
    depth = depth_of(path, graph)
    return Shape(
        format=ONNX,
        patch=patch,
        prefix=prefix,
        dimension=first.shape[-1],
        depth=depth,
        long_side=max(graph.fixed) if graph.fixed else long_side_of(patch),
        layers=graph.layers if not graph.is_sequence else tuple(range(1, (depth or 1) + 1)),
    )


def patch_and_prefix(tokens: int, height: int, width: int, path: Path) -> tuple[int, int]:
    """The patch that divides the picture into that many tokens, up to a short prefix."""
    for patch in PATCHES_PX:
        prefix = tokens - (height // patch) * (width // patch)
        if height % patch == width % patch == 0 and 1 <= prefix <= LONGEST_PREFIX:
            return patch, prefix
    raise WeightsError(
        f"{path.name} gives {tokens} tokens for {width}x{height} pixels, which fits no known patch size."
    )


def depth_of(path: Path, graph: Graph) -> int | None:
    if graph.layers:
        return max(graph.layers)
    if graph.is_sequence and installed("onnx"):
        return len(residuals(read_model(path, "Counting layers"))) or None
    return None
