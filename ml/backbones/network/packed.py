"""A vision transformer with rotary positions, for speed: tokens at any places, one product for query, key and value.

The same weights and the same numbers as `ml.backbones.network.vit`. As ONNX, attention without counts is one fused node.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.backbones.network.positions import rotary
from ml.backbones.network.vit import Attention, Vit
from ml.types import WeightsError

OPSET = 18
UNSEEN = -1e9


class FusedAttention(torch.autograd.Function):
    """(B, n, width) query, key and value -> the same shape; in ONNX one node that never writes the n x n weights down."""

    @staticmethod
    def forward(_: Any, query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:
        parts = (split(part, heads) for part in (query, key, value))
        return joined(functional.scaled_dot_product_attention(*parts))

    @staticmethod
    def symbolic(graph: Any, query: Any, key: Any, value: Any, heads: int) -> Any:
        node = graph.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=heads)
        return node.setType(query.type())


def split(tokens: Tensor, heads: int) -> Tensor:
    """(B, n, width) -> (B, heads, n, width / heads)."""
    batch, _, width = tokens.shape
    return tokens.reshape(batch, -1, heads, width // heads).transpose(1, 2)


def joined(tokens: Tensor) -> Tensor:
    """(B, heads, n, size) -> (B, n, heads * size)."""
    batch, heads, _, size = tokens.shape
    return tokens.transpose(1, 2).reshape(batch, -1, heads * size)


def rotary_at(places: Tensor, head_width: int, theta: float) -> tuple[Tensor, Tensor]:
    """Cosine and sine (B, 1, n, head_width) of the angles of DINOv3 at `places` (B, n, 2) in [-1, 1]."""
    quarter = torch.arange(0, 1, 4 / head_width, dtype=torch.float32, device=places.device)
    angles = (places[..., None] * (2 * torch.pi / theta**quarter)).flatten(2)
    angles = torch.cat([angles, angles], dim=2)[:, None]
    return angles.cos(), angles.sin()


def turned(tokens: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Tokens (B, heads, prefix + n, d): the last n, the patches, turned by their angles (..., n, d); the prefix stays."""
    prefix = tokens.shape[2] - cosine.shape[-2]
    front, patches = tokens[:, :, :prefix], tokens[:, :, prefix:]
    half = patches.shape[3] // 2
    crossed = torch.cat([-patches[..., half:], patches[..., :half]], dim=3)
    return torch.cat([front, patches * cosine + crossed * sine], dim=2)


class Packed(nn.Module):
    """`vit` behind a faster way through it. `layers`, counted from 1, are the only ones that are normed and given.

    `fused`: attention without counts is one node in ONNX.
    Raises WeightsError where the network has learnt positions, which are not known between the patches.
    """

    def __init__(self, vit: Vit, layers: tuple[int, ...], fused: bool = True) -> None:
        super().__init__()
        self.fused = fused
        if not vit.config.rope_theta:
            raise WeightsError("Dark patches can be merged in networks with rotary positions only (DINOv3).")
        self.vit = vit
        self.wanted = layers
        self.config = vit.config
        self.joint = nn.ModuleList(joint_projection(layer.attention) for layer in vit.layers)

    def through(self, patches: Tensor, angles: tuple[Tensor, Tensor], bias: Tensor | None) -> list[Tensor]:
        """Embedded patches (B, n, width) -> CLS (B, width) and the patch tokens (B, n, width) of each layer wanted."""
        batch = patches.shape[0]
        front = [self.vit.cls.expand(batch, -1, -1)]
        if self.config.registers:
            front.append(self.vit.registers.expand(batch, -1, -1))
        tokens = torch.cat([*front, patches], dim=1)
        given = []
        for number, (layer, joint) in enumerate(zip(self.vit.layers, self.joint, strict=True), start=1):
            seen = self.attended(layer.norm1(tokens), joint, angles, bias)
            tokens = tokens + layer.attention.o_proj(seen) * layer.scale1
            tokens = tokens + layer.mlp(layer.norm2(tokens)) * layer.scale2
            if number in self.wanted:
                normed = self.vit.norm(tokens)
                given.append(normed[:, self.config.prefix :])
        return [normed[:, 0], *given]

    def attended(
        self, tokens: Tensor, joint: nn.Linear, angles: tuple[Tensor, Tensor], bias: Tensor | None
    ) -> Tensor:
        heads = self.config.heads
        query, key, value = joint(tokens).chunk(3, dim=2)
        query, key = (turned(split(part, heads), *angles) for part in (query, key))
        if bias is None and self.fused:
            return FusedAttention.apply(joined(query), joined(key), value, heads)
        agreement = query @ (key.transpose(2, 3) * (self.config.width // heads) ** -0.5)
        agreement = agreement if bias is None else agreement + bias
        return joined(agreement.softmax(dim=3) @ split(value, heads))


class Whole(Packed):
    """Images (B, 3, H, W) -> CLS (B, width) and the grids (B, h, w, width) of the layers wanted."""

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        grid = self.vit.patch(images)
        batch, _, rows, columns = grid.shape
        down, across = (torch.as_tensor(side, device=images.device) for side in (rows, columns))
        angles = rotary(down, across, self.config.width // self.config.heads, self.config.rope_theta)
        cls, *given = self.through(grid.flatten(2).transpose(1, 2), angles, None)
        return (cls, *(tokens.reshape(batch, rows, columns, -1) for tokens in given))


class Sparse(Packed):
    """Tokens as `ml.sparse` merges them: `pixels` (B, n, 3*patch*patch), `places` (B, n, 2), `counts` (B, n).

    -> CLS (B, width) and the tokens (B, n, width) of the layers wanted. A token that counts as k is seen as k are.
    """

    def forward(self, pixels: Tensor, places: Tensor, counts: Tensor) -> tuple[Tensor, ...]:
        patches = functional.linear(pixels, self.vit.patch.weight.flatten(1), self.vit.patch.bias)
        angles = rotary_at(places, self.config.width // self.config.heads, self.config.rope_theta)
        weight = torch.where(counts > 0, counts.clamp(min=1).log(), torch.full_like(counts, UNSEEN))
        bias = functional.pad(weight, (self.config.prefix, 0))[:, None, None]
        return tuple(self.through(patches, angles, bias))


def joint_projection(attention: Attention) -> nn.Linear:
    """Query, key and value as one linear layer; a missing bias is zero."""
    parts = (attention.q_proj, attention.k_proj, attention.v_proj)
    width = parts[0].in_features
    joint = nn.Linear(width, 3 * width)
    with torch.no_grad():
        joint.weight.copy_(torch.cat([part.weight for part in parts]))
        joint.bias.copy_(
            torch.cat([torch.zeros(width) if part.bias is None else part.bias for part in parts])
        )
    return joint.requires_grad_(False)


def write_whole(vit: Vit, layers: tuple[int, ...], path: Path, fused: bool = True) -> None:
    """`images` in; `cls` and `layer_N` out, any batch and any size of whole patches.

    Fused attention is an operator of ONNX Runtime; other engines read the graph without it.
    """
    patch = vit.config.patch
    grid = {0: "batch", 1: "rows", 2: "columns"}
    outputs = ["cls", *(f"layer_{number}" for number in layers)]
    axes = {"images": {0: "batch", 2: "height", 3: "width"}, "cls": {0: "batch"}}
    axes |= dict.fromkeys(outputs[1:], grid)
    write(
        Whole(vit, layers, fused), (torch.zeros(2, 3, 3 * patch, 4 * patch),), ["images"], outputs, axes, path
    )


def write_sparse(vit: Vit, layers: tuple[int, ...], path: Path) -> None:
    """`pixels`, `places` and `counts` in; `cls` and `layer_N` out, any batch and number of tokens."""
    tokens = {0: "batch", 1: "tokens"}
    outputs = ["cls", *(f"layer_{number}" for number in layers)]
    inputs = ["pixels", "places", "counts"]
    sample = (torch.zeros(2, 5, 3 * vit.config.patch**2), torch.zeros(2, 5, 2), torch.ones(2, 5))
    axes = {"cls": {0: "batch"}, **dict.fromkeys([*inputs, *outputs[1:]], tokens)}
    write(Sparse(vit, layers), sample, inputs, outputs, axes, path)


def write(
    network: nn.Module,
    sample: tuple[Tensor, ...],
    inputs: list[str],
    outputs: list[str],
    axes: dict[str, dict[int, str]],
    path: Path,
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval(),
            sample,
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=inputs,
            output_names=outputs,
            dynamic_axes=axes,
        )
