"""The convolutional stem: lamps, and what stands around them."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.network.shape import NetworkShape


class Neighbourhood(nn.Module):
    """One residual layer over the 7x7 patches around each patch (after ConvNeXt)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.around = nn.Conv2d(width, width, 7, padding=3, groups=width)
        self.norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, 2 * width)
        self.narrow = nn.Linear(2 * width, width)

    def forward(self, grid: Tensor) -> Tensor:
        """(B, width, h, w) -> the same shape."""
        seen = self.norm(self.around(grid).permute(0, 2, 3, 1))
        seen = self.narrow(functional.gelu(self.widen(seen), approximate="tanh"))
        return grid + seen.permute(0, 3, 1, 2)


class Stem(nn.Module):
    """(B, 3, H, W) -> tokens (B, width, H/16, W/16) and near features (B, H/16, W/16, 2*stem + width)."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.light = nn.Conv2d(3, shape.stem, 3, stride=2, padding=1)
        self.shapes = nn.Conv2d(shape.stem, 48, 3, stride=2, padding=1)
        self.parts = nn.Conv2d(48, 64, 3, stride=2, padding=1)
        self.tokens = nn.Conv2d(64, shape.width, 2, stride=2)
        self.context = nn.Sequential(*(Neighbourhood(shape.width) for _ in range(shape.context_layers)))
        self.norm = nn.LayerNorm(shape.width)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        light = functional.relu(self.light(images))
        mean, peak = functional.avg_pool2d(light, 8), functional.max_pool2d(light, 8)
        parts = functional.relu(self.parts(functional.relu(self.shapes(light))))
        tokens = self.tokens(parts)
        around = self.norm(self.context(tokens).permute(0, 2, 3, 1))
        return tokens, torch.cat([mean.permute(0, 2, 3, 1), peak.permute(0, 2, 3, 1), around], dim=3)
