"""What a hub checkpoint's config.json says of its architecture."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml.types import WeightsError

DINOV2 = "dinov2"
DINOV2_REGISTERS = "dinov2_with_registers"
DINOV3 = "dinov3_vit"
CONVNEXT = "dinov3_convnext"
ACTIVATIONS = ("gelu", "silu")


@dataclass(frozen=True)
class VitConfig:
    """A vision transformer.

    `inner`: width of the MLP's hidden layer. `registers`: extra tokens between CLS and patches. `native`: side of the grid
    of learnt position embeddings, 0 where positions are rotary. `smooth`: whether those are antialiased when the grid
    shrinks. `rope_theta`: base of the rotary periods, 0 where there are none.
    """

    width: int
    depth: int
    heads: int
    patch: int
    inner: int
    registers: int
    eps: float
    activation: str
    gated: bool
    native: int
    smooth: bool
    rope_theta: float
    query_bias: bool
    key_bias: bool
    value_bias: bool
    output_bias: bool
    mlp_bias: bool

    @property
    def prefix(self) -> int:
        """Tokens in front of the patches: CLS and registers."""
        return 1 + self.registers


@dataclass(frozen=True)
class ConvNextConfig:
    """Four stages at strides 4, 8, 16, 32 with `depths` blocks of `widths` channels."""

    widths: tuple[int, ...]
    depths: tuple[int, ...]
    eps: float
    activation: str

    patch = 32
    prefix = 1

    @property
    def width(self) -> int:
        return self.widths[-1]

    @property
    def depth(self) -> int:
        """Layers that can be asked for: one for each stage."""
        return len(self.widths)


HubConfig = VitConfig | ConvNextConfig


def read_config(path: Path) -> HubConfig:
    """Raises WeightsError where the file is no config of an architecture that is known here."""
    try:
        values = json.loads(path.read_text())
        kind = values["model_type"]
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{path} is not the config.json of a hub checkpoint.") from error
    if kind not in READERS:
        raise WeightsError(f"{path} describes a {kind!r}; known are {', '.join(sorted(READERS))}.")
    try:
        config = READERS[kind](values)
    except KeyError as error:
        raise WeightsError(f"{path} says nothing of {error.args[0]!r}.") from error
    except (TypeError, ValueError) as error:
        raise WeightsError(f"{path} has a value that no such network can have: {error}.") from error
    if config.activation not in ACTIVATIONS:
        raise WeightsError(f"{path} asks for the activation {config.activation!r}, which is not known here.")
    return config


def dinov2(values: dict[str, Any]) -> VitConfig:
    if values.get("use_swiglu_ffn"):
        raise ValueError("use_swiglu_ffn (only the giant model has it)")
    width, bias = int(values["hidden_size"]), bool(values.get("qkv_bias", True))
    return VitConfig(
        width=width,
        depth=int(values["num_hidden_layers"]),
        heads=int(values["num_attention_heads"]),
        patch=int(values["patch_size"]),
        inner=int(width * values.get("mlp_ratio", 4)),
        registers=int(values.get("num_register_tokens", 0)),
        eps=float(values.get("layer_norm_eps", 1e-6)),
        activation=values.get("hidden_act", "gelu"),
        gated=False,
        native=int(values["image_size"]) // int(values["patch_size"]),
        smooth=values["model_type"] == DINOV2_REGISTERS,
        rope_theta=0.0,
        query_bias=bias,
        key_bias=bias,
        value_bias=bias,
        output_bias=True,
        mlp_bias=True,
    )


def dinov3(values: dict[str, Any]) -> VitConfig:
    return VitConfig(
        width=int(values["hidden_size"]),
        depth=int(values["num_hidden_layers"]),
        heads=int(values["num_attention_heads"]),
        patch=int(values["patch_size"]),
        inner=int(values["intermediate_size"]),
        registers=int(values.get("num_register_tokens", 0)),
        eps=float(values.get("layer_norm_eps", 1e-5)),
        activation=values.get("hidden_act", "gelu"),
        gated=bool(values.get("use_gated_mlp", False)),
        native=0,
        smooth=False,
        rope_theta=float(values.get("rope_theta", 100.0)),
        query_bias=bool(values.get("query_bias", True)),
        key_bias=bool(values.get("key_bias", False)),
        value_bias=bool(values.get("value_bias", True)),
        output_bias=bool(values.get("proj_bias", True)),
        mlp_bias=bool(values.get("mlp_bias", True)),
    )


def convnext(values: dict[str, Any]) -> ConvNextConfig:
    return ConvNextConfig(
        widths=tuple(int(width) for width in values["hidden_sizes"]),
        depths=tuple(int(depth) for depth in values["depths"]),
        eps=float(values.get("layer_norm_eps", 1e-6)),
        activation=values.get("hidden_act", "gelu"),
    )


READERS: dict[str, Callable[[dict[str, Any]], HubConfig]] = {
    DINOV2: dinov2,
    DINOV2_REGISTERS: dinov2,
    DINOV3: dinov3,
    CONVNEXT: convnext,
}
