"""DINOv2 (with and without registers), Web-SSL DINO and DINOv3 vision transformers."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.backbones.network.config import VitConfig
from ml.backbones.network.positions import resampled, rotary, turned

Sight = tuple[Tensor, Tensor] | None


def activated(values: Tensor, activation: str) -> Tensor:
    return functional.silu(values) if activation == "silu" else functional.gelu(values)


class Attention(nn.Module):
    """Tokens (B, n, width) look at each other; patches know where they stand if `sight` holds rotary angles."""

    def __init__(self, config: VitConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.q_proj = nn.Linear(config.width, config.width, bias=config.query_bias)
        self.k_proj = nn.Linear(config.width, config.width, bias=config.key_bias)
        self.v_proj = nn.Linear(config.width, config.width, bias=config.value_bias)
        self.o_proj = nn.Linear(config.width, config.width, bias=config.output_bias)

    def forward(self, tokens: Tensor, sight: Sight) -> Tensor:
        batch, _, width = tokens.shape
        query, key, value = (
            part(tokens).reshape(batch, -1, self.heads, width // self.heads).transpose(1, 2)
            for part in (self.q_proj, self.k_proj, self.v_proj)
        )
        if sight is not None:
            query, key = turned(query, *sight), turned(key, *sight)
        seen = functional.scaled_dot_product_attention(query, key, value)
        return self.o_proj(seen.transpose(1, 2).reshape(batch, -1, width))


class Mlp(nn.Module):
    def __init__(self, config: VitConfig) -> None:
        super().__init__()
        self.activation = config.activation
        self.gate_proj = nn.Linear(config.width, config.inner, bias=config.mlp_bias) if config.gated else None
        self.up_proj = nn.Linear(config.width, config.inner, bias=config.mlp_bias)
        self.down_proj = nn.Linear(config.inner, config.width, bias=config.mlp_bias)

    def forward(self, tokens: Tensor) -> Tensor:
        if self.gate_proj is None:
            return self.down_proj(activated(self.up_proj(tokens), self.activation))
        return self.down_proj(activated(self.gate_proj(tokens), self.activation) * self.up_proj(tokens))


class Layer(nn.Module):
    def __init__(self, config: VitConfig) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(config.width, eps=config.eps)
        self.attention = Attention(config)
        self.scale1 = nn.Parameter(torch.ones(config.width))
        self.norm2 = nn.LayerNorm(config.width, eps=config.eps)
        self.mlp = Mlp(config)
        self.scale2 = nn.Parameter(torch.ones(config.width))

    def forward(self, tokens: Tensor, sight: Sight) -> Tensor:
        tokens = tokens + self.attention(self.norm1(tokens), sight) * self.scale1
        return tokens + self.mlp(self.norm2(tokens)) * self.scale2


class Vit(nn.Module):
    """Images (B, 3, H, W), H and W multiples of the patch -> CLS (B, width) and the grid (B, h, w, width) of every layer.

    Each layer goes through the last norm, as in DINO's `get_intermediate_layers(norm=True)`.
    """

    def __init__(self, config: VitConfig) -> None:
        super().__init__()
        self.config = config
        self.patch = nn.Conv2d(3, config.width, config.patch, stride=config.patch)
        self.cls = nn.Parameter(torch.zeros(1, 1, config.width))
        if config.registers:
            self.registers = nn.Parameter(torch.zeros(1, config.registers, config.width))
        if config.native:
            self.positions = nn.Parameter(torch.zeros(1, 1 + config.native**2, config.width))
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.depth))
        self.norm = nn.LayerNorm(config.width, eps=config.eps)

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        tokens, sight, grid = self.embedded(images)
        grids = []
        for layer in self.layers:
            tokens = layer(tokens, sight)
            normed = self.norm(tokens)
            patches = normed[:, self.config.prefix :]
            grids.append(patches.reshape(grid[0], grid[1], grid[2], self.config.width))
        return (normed[:, 0], *grids)

    def embedded(self, images: Tensor) -> tuple[Tensor, Sight, tuple[int, int, int]]:
        """The first tokens (B, prefix + h*w, width), the rotary angles where there are any, and (B, h, w)."""
        patches = self.patch(images)
        batch, _, rows, columns = patches.shape
        heights = torch.as_tensor(rows, device=images.device)
        widths = torch.as_tensor(columns, device=images.device)
        patches = patches.flatten(2).transpose(1, 2)
        cls = self.cls.expand(batch, -1, -1)
        if self.config.native:
            side = self.config.native
            learnt = self.positions[0, 1:].reshape(side, side, self.config.width)
            patches = patches + resampled(learnt, heights, widths, self.config.smooth)
            cls = cls + self.positions[:, :1]
        front = [cls, self.registers.expand(batch, -1, -1)] if self.config.registers else [cls]
        sight = None
        if self.config.rope_theta:
            sight = rotary(heights, widths, self.config.width // self.config.heads, self.config.rope_theta)
        return torch.cat([*front, patches], dim=1), sight, (batch, rows, columns)
