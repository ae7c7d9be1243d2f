"""ONNX graphs of any make: what they give, and how to get at layers that they compute but do not give.

Two layouts are known. *Grids*: outputs `cls`, `layer_N`, sometimes `patches`, as we export them. *Sequence*: one output
`last_hidden_state` (B, prefix + h*w, D), as the hub's graphs have it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml.backbones.extras import imported
from ml.types import WeightsError

SEQUENCE = "last_hidden_state"
LAYER_OUTPUT = re.compile(r"^layer_(\d+)$")
RESIDUAL = re.compile(r"^(?:/\w+)*/(?:layers?|blocks)\.(\d+)/Add(?:_\d+)?_output_0$")


@dataclass(frozen=True)
class Graph:
    """What a graph takes and gives. `fixed`: the only (height, width) that it takes, or None for any."""

    takes: str
    gives: tuple[str, ...]
    fixed: tuple[int, int] | None

    @property
    def is_sequence(self) -> bool:
        return "cls" not in self.gives

    @property
    def layers(self) -> tuple[int, ...]:
        """The layers that can be had by themselves, counted from 1."""
        return tuple(int(found[1]) for name in self.gives if (found := LAYER_OUTPUT.match(name)))


def described(takes: Sequence[str], shape: Sequence[Any], gives: Sequence[str], name: str) -> Graph:
    """The graph with these inputs, the shape of the first (whole numbers where fixed), and these outputs.

    Raises WeightsError where it is no backbone.
    """
    if len(takes) != 1 or len(shape) != 4:
        raise WeightsError(f"{name} is no backbone: it does not take one batch of pictures.")
    if "cls" not in gives and SEQUENCE not in gives:
        raise WeightsError(f"{name} is no backbone: its outputs are {', '.join(gives)}, not {SEQUENCE}.")
    height, width = shape[2:]
    fixed = (height, width) if isinstance(height, int) and isinstance(width, int) else None
    return Graph(takes[0], tuple(gives), fixed)


def read_model(path: Path, purpose: str) -> Any:
    """The graph as an `onnx.ModelProto`. Raises MissingLibrary and WeightsError."""
    onnx = imported("onnx", purpose)
    protobuf = imported("google.protobuf.message", purpose)
    try:
        return onnx.load(str(path))
    except (OSError, protobuf.DecodeError, onnx.checker.ValidationError) as error:
        raise WeightsError(f"{path} cannot be read as an ONNX graph; it may be cut short.") from error


def residuals(model: Any) -> dict[int, str]:
    """The tensor that leaves each layer, by the layer's number from 1; empty where the names do not tell."""
    found: dict[int, str] = {}
    for node in model.graph.node:
        for output in node.output:
            if match := RESIDUAL.match(output):
                found[int(match[1]) + 1] = output
    return found


def with_layers(path: Path, name: str) -> bytes:
    """The graph of sequence layout with an output `layer_N` (B, prefix + h*w, D) for every layer.

    The nodes between the last layer and `last_hidden_state`, which are the last norm, are copied for each layer.
    """
    purpose = f"Taking a layer out of {name}"
    model = read_model(path, purpose)
    leaving = residuals(model)
    if not leaving:
        raise WeightsError(
            f"{name} gives its last layer only, and its graph does not say where the others are."
        )
    last = max(leaving)
    norm = between(model, leaving[last], SEQUENCE)
    making = imported("onnx.helper", purpose)
    float32 = imported("onnx", purpose).TensorProto.FLOAT
    for number, residual in leaving.items():
        model.graph.node.extend(copied(norm, {leaving[last]: residual}, number))
        model.graph.output.append(making.make_tensor_value_info(f"layer_{number}", float32, None))
    return bytes(model.SerializeToString())


def between(model: Any, start: str, end: str) -> list[Any]:
    """The nodes on the ways from tensor `start` to tensor `end`, in their order."""
    behind = {start}
    for node in model.graph.node:
        if behind.intersection(node.input):
            behind.update(node.output)
    ahead = {end}
    for node in reversed(model.graph.node):
        if ahead.intersection(node.output):
            ahead.update(name for name in node.input if name in behind and name != start)
    return [node for node in model.graph.node if behind.intersection(node.input) and ahead & set(node.output)]


def copied(nodes: Sequence[Any], renamed: dict[str, str], number: int) -> list[Any]:
    """The nodes for another layer: what they make gets a name of its own, `last_hidden_state` becomes `layer_N`."""
    copies = []
    for node in nodes:
        copy = type(node)()
        copy.CopyFrom(node)
        copy.name = f"{node.name}/layer_{number}"
        copy.input[:] = [renamed.get(name, name) for name in node.input]
        for position, name in enumerate(node.output):
            renamed[name] = f"layer_{number}" if name == SEQUENCE else f"{name}/layer_{number}"
            copy.output[position] = renamed[name]
        copies.append(copy)
    return copies
