"""DINOv3 ConvNeXt: a convolutional network distilled from the DINOv3 transformer."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.backbones.network.config import ConvNextConfig
from ml.backbones.network.vit import activated


class ChannelNorm(nn.LayerNorm):
    """Layer norm of the channels of (B, C, H, W)."""

    def forward(self, grid: Tensor) -> Tensor:
        return super().forward(grid.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Block(nn.Module):
    def __init__(self, width: int, config: ConvNextConfig) -> None:
        super().__init__()
        self.activation = config.activation
        self.depthwise_conv = nn.Conv2d(width, width, 7, padding=3, groups=width)
        self.layer_norm = nn.LayerNorm(width, eps=config.eps)
        self.pointwise_conv1 = nn.Linear(width, 4 * width)
        self.pointwise_conv2 = nn.Linear(4 * width, width)
        self.gamma = nn.Parameter(torch.ones(width))

    def forward(self, grid: Tensor) -> Tensor:
        inner = self.layer_norm(self.depthwise_conv(grid).permute(0, 2, 3, 1))
        inner = self.pointwise_conv2(activated(self.pointwise_conv1(inner), self.activation))
        return grid + (inner * self.gamma).permute(0, 3, 1, 2)


class Stage(nn.Module):
    def __init__(self, number: int, config: ConvNextConfig) -> None:
        super().__init__()
        width = config.widths[number]
        before = config.widths[number - 1]
        self.downsample_layers = nn.ModuleList(
            [ChannelNorm(before, eps=config.eps), nn.Conv2d(before, width, 2, stride=2)]
            if number
            else [nn.Conv2d(3, width, 4, stride=4), ChannelNorm(width, eps=config.eps)]
        )
        self.layers = nn.ModuleList(Block(width, config) for _ in range(config.depths[number]))

    def forward(self, grid: Tensor) -> Tensor:
        for part in (*self.downsample_layers, *self.layers):
            grid = part(grid)
        return grid


class ConvNext(nn.Module):
    """Images (B, 3, H, W), multiples of 32 -> CLS (B, width), the normed mean, and the grid of every stage.

    All grids are (B, H/32, W/32, width of the stage): those of earlier stages, which are finer, are averaged down to it.
    Only the last one is normed, as the norm has its width.
    """

    def __init__(self, config: ConvNextConfig) -> None:
        super().__init__()
        self.config = config
        self.stages = nn.ModuleList(Stage(number, config) for number in range(len(config.widths)))
        self.norm = nn.LayerNorm(config.width, eps=config.eps)

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        grids = []
        grid = images
        last = len(self.stages) - 1
        for number, stage in enumerate(self.stages):
            grid = stage(grid)
            finer = 2 ** (last - number)
            coarse = functional.avg_pool2d(grid, finer) if finer > 1 else grid
            grids.append(coarse.permute(0, 2, 3, 1))
        cls = self.norm(grid.mean(dim=(2, 3)))
        return (cls, *grids[:-1], self.norm(grids[-1]))
