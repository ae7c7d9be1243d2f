"""Where a patch stands: learnt position embeddings brought to any grid, and rotary angles.

Bicubic resampling is written as two small matrices, rows and columns, because that exports to ONNX for every size, with
and without antialiasing, and equals torch's `interpolate(mode="bicubic", align_corners=False)`.
"""

from __future__ import annotations

import torch
from torch import Tensor

EDGE = 2


def cubic(distance: Tensor, sharpness: float) -> Tensor:
    """The cubic convolution kernel (Keys 1981, with a = `sharpness`), zero from a distance of 2 on."""
    x = distance.abs()
    near = ((sharpness + 2) * x - (sharpness + 3)) * x * x + 1
    far = ((x - 5) * x + 8) * x * sharpness - 4 * sharpness
    return torch.where(x <= 1, near, torch.where(x < 2, far, torch.zeros_like(x)))


def resampling(source: int, target: Tensor, smooth: bool) -> Tensor:
    """(target, source) float32: each row holds the weights with which a new cell reads the old ones; rows sum to 1.

    `target` is a whole number as a tensor, so that traced graphs keep it free.
    """
    scale = source / target.to(torch.float32)
    centres = (torch.arange(target, device=target.device).to(torch.float32) + 0.5) * scale
    if smooth:
        cells = torch.arange(source, device=target.device).to(torch.float32) + 0.5
        weights = cubic((cells[None] - centres[:, None]) / torch.clamp(scale, min=1.0), -0.5)
        return weights / weights.sum(dim=1, keepdim=True)
    cells = torch.arange(-EDGE, source + EDGE, device=target.device).to(torch.float32) + 0.5
    weights = cubic(cells[None] - centres[:, None], -0.75)
    left = weights[:, : EDGE + 1].sum(dim=1, keepdim=True)
    right = weights[:, -EDGE - 1 :].sum(dim=1, keepdim=True)
    return torch.cat([left, weights[:, EDGE + 1 : -EDGE - 1], right], dim=1)


def resampled(learnt: Tensor, rows: Tensor, columns: Tensor, smooth: bool) -> Tensor:
    """Learnt embeddings (side, side, D) -> (rows * columns, D)."""
    side, _, width = learnt.shape
    down = resampling(side, rows, smooth) @ learnt.reshape(side, side * width)
    across = resampling(side, columns, smooth) @ down.reshape(-1, side, width)
    return across.reshape(-1, width)


def rotary(rows: Tensor, columns: Tensor, head_width: int, theta: float) -> tuple[Tensor, Tensor]:
    """Cosine and sine (rows * columns, head_width) of the angles of DINOv3.

    The centre of each patch lies in [-1, 1] along both axes; a quarter of the head's width is turned at each period.
    """
    down = 2 * (torch.arange(rows, device=rows.device).to(torch.float32) + 0.5) / rows.to(torch.float32) - 1
    across = (
        2 * (torch.arange(columns, device=rows.device).to(torch.float32) + 0.5) / columns.to(torch.float32)
        - 1
    )
    quarter = torch.arange(0, 1, 4 / head_width, dtype=torch.float32, device=rows.device)
    turns = 2 * torch.pi / theta**quarter
    downs = (down[:, None] * turns)[:, None, :] + torch.zeros_like(across)[None, :, None]
    acrosses = (across[:, None] * turns)[None, :, :] + torch.zeros_like(down)[:, None, None]
    angles = torch.cat([downs, acrosses], dim=2).reshape(-1, head_width // 2)
    angles = torch.cat([angles, angles], dim=1)
    return angles.cos(), angles.sin()


def turned(tokens: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Tokens (B, heads, prefix + n, d): the last n, the patches, turned by their angles (n, d); the prefix stays."""
    prefix = tokens.shape[2] - cosine.shape[0]
    front, patches = tokens[:, :, :prefix], tokens[:, :, prefix:]
    half = patches.shape[3] // 2
    crossed = torch.cat([-patches[..., half:], patches[..., :half]], dim=3)
    return torch.cat([front, patches * cosine.to(tokens.dtype) + crossed * sine.to(tokens.dtype)], dim=2)
