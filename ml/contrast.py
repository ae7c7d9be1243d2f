"""Local contrast, measured and not learnt: lamps and strings stand out from their surroundings, glow does not."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.transforms import DEVIATION, MEAN

CONTRAST_DIMENSION = 8
FINE_PX, WIDE_PX = 7, 15
SMALLEST_VARIANCE = 1e-8


class LocalContrast(nn.Module):
    """(B, 3, H, W) normalised images -> (B, H/patch, W/patch, 8), each number in [0, 1].

    How far the brightness lies above its mean over 7x7 pixels, and red, green and blue above theirs over 15x15; of these
    four, first the standard deviation within each patch, then the maximum.
    """

    def __init__(self, patch: int) -> None:
        super().__init__()
        self.patch = patch
        self.fine, self.wide = Blur(1, FINE_PX), Blur(3, WIDE_PX)
        self.register_buffer("mean", torch.from_numpy(MEAN)[:, None, None], persistent=False)
        self.register_buffer("deviation", torch.from_numpy(DEVIATION)[:, None, None], persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        colours = (images * self.deviation + self.mean).clamp(0, 1)
        brightness = colours.mean(dim=1, keepdim=True)
        above = torch.cat([brightness - self.fine(brightness), colours - self.wide(colours)], dim=1)
        above = functional.relu(above)
        mean = functional.avg_pool2d(above, self.patch)
        variance = functional.relu(functional.avg_pool2d(above * above, self.patch) - mean * mean)
        peak = functional.max_pool2d(above, self.patch)
        return torch.cat([(variance + SMALLEST_VARIANCE).sqrt(), peak], dim=1).permute(0, 2, 3, 1)


class Blur(nn.Module):
    """Mean over the square of `side_px` pixels (odd) around each pixel of `count` maps; edges go on as they are."""

    def __init__(self, count: int, side_px: int) -> None:
        super().__init__()
        column = torch.full((count, 1, side_px, 1), 1 / side_px)
        self.register_buffer("column", column, persistent=False)
        self.register_buffer("row", column.reshape(count, 1, 1, side_px).clone(), persistent=False)
        self.count = count
        self.margin = (side_px // 2,) * 4

    def forward(self, maps: Tensor) -> Tensor:
        """(B, count, H, W) -> the same shape."""
        wide = functional.pad(maps, self.margin, mode="replicate")
        columns = functional.conv2d(wide, self.column, groups=self.count)
        return functional.conv2d(columns, self.row, groups=self.count)
