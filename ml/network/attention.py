"""Transformer layers over chosen patches, which know their places by rotary positions."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.network.chosen import Chosen
from ml.network.shape import NetworkShape


def rotary_angles(rows: int, columns: int, size: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """cos and sin (rows*columns, size) of axial rotary positions.

    Half of the `size` turns with the row, half with the column (RoPE, Su et al. 2021, in two dimensions). Positions
    are counted in patches, so that any grid works.
    """
    quarter = size // 4
    speeds = 100.0 ** (-torch.arange(quarter, device=device, dtype=torch.float32) / quarter)
    row = torch.arange(rows, device=device, dtype=torch.float32)[:, None] * speeds
    column = torch.arange(columns, device=device, dtype=torch.float32)[:, None] * speeds
    grid = torch.cat(
        [row[:, None, :].expand(-1, columns, -1), column[None, :, :].expand(rows, -1, -1)], dim=2
    ).reshape(-1, 2 * quarter)
    angles = torch.cat([grid, grid], dim=1)
    return angles.cos(), angles.sin()


@dataclass(frozen=True)
class Sight:
    """What attention knows beside the tokens: `cos` and `sin` (B, 1, 1 + n, size), `seen` (B, 1, 1, 1 + n)."""

    cos: Tensor
    sin: Tensor
    seen: Tensor


def sight_of(chosen: Chosen, rows: int, columns: int, size: int) -> Sight:
    """The CLS token stands in front, does not turn and is always seen."""
    cos, sin = rotary_angles(rows, columns, size, chosen.index.device)
    return Sight(
        cos=functional.pad(cos[chosen.index], (0, 0, 1, 0), value=1.0)[:, None],
        sin=functional.pad(sin[chosen.index], (0, 0, 1, 0))[:, None],
        seen=functional.pad(chosen.valid, (1, 0), value=True)[:, None, None],
    )


def rotate(tokens: Tensor, sight: Sight) -> Tensor:
    """Turn (B, heads, N, size) by the angles of each position."""
    first, second = tokens.chunk(2, dim=-1)
    turned = torch.cat([-second, first], dim=-1)
    return tokens * sight.cos.to(tokens.dtype) + turned * sight.sin.to(tokens.dtype)


class Block(nn.Module):
    """One pre-norm transformer layer."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.norm_attention = nn.LayerNorm(shape.width)
        self.qkv = nn.Linear(shape.width, 3 * shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.norm_mlp = nn.LayerNorm(shape.width)
        self.mlp_in = nn.Linear(shape.width, 4 * shape.width)
        self.mlp_out = nn.Linear(4 * shape.width, shape.width)

    def forward(self, tokens: Tensor, sight: Sight) -> Tensor:
        tokens = tokens + self.attend(self.norm_attention(tokens), sight)
        hidden = functional.gelu(self.mlp_in(self.norm_mlp(tokens)), approximate="tanh")
        return tokens + self.mlp_out(hidden)

    def attend(self, tokens: Tensor, sight: Sight) -> Tensor:
        batch, count, width = tokens.shape
        size = width // self.heads
        q, k, v = (
            part.reshape(batch, count, self.heads, size).transpose(1, 2)
            for part in self.qkv(tokens).chunk(3, dim=-1)
        )
        agreement = (rotate(q, sight) * size**-0.5) @ rotate(k, sight).transpose(2, 3)
        agreement = agreement.float().masked_fill(~sight.seen, -1e9)
        seen = agreement.softmax(dim=3).to(v.dtype) @ v
        return self.out(seen.transpose(1, 2).reshape(batch, count, width))
