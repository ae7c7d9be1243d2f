"""The embedded backbone: a small DINO vision transformer behind a light convolutional stem (torch).

Local contrast tells strings of lamps from glow, the stem sees lamps and their neighbourhood, the transformer sees houses. The
patch features hand all of it to a linear head: the contrast first, the stem's mean and peak within each patch, its context
tokens, then the tokens of a middle layer and of the last one; then all of these but the contrast once more, as the mean of the
3x3 patches around. Most of a night picture is black: dark patches stop at the stem, only lit ones go through the transformer.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.contrast import LocalContrast
from ml.network.attention import Block, rotary_angles, sight_of
from ml.network.chosen import Chosen, brightest_values, lit_patches
from ml.network.shape import NetworkShape
from ml.network.stem import Stem

__all__ = [
    "Backbone",
    "Chosen",
    "Learnt",
    "NetworkShape",
    "brightest_values",
    "lit_patches",
    "mean_around",
    "random_backbone",
    "rotary_angles",
]


@dataclass(frozen=True)
class Learnt:
    """`cls` (B, width); of the chosen patches `tapped` and `last` (B, n, width); of all `near` (B, h, w, 2*stem + width)."""

    cls: Tensor
    tapped: Tensor
    last: Tensor
    near: Tensor
    chosen: Chosen

    def far(self) -> Tensor:
        """(B, h, w, 2*width): tokens of both layers in their places, zeros where a patch was not chosen."""
        batch, rows, columns, _ = self.near.shape
        tokens = torch.cat([self.tapped, self.last], dim=2)
        tokens = torch.where(self.chosen.valid[..., None], tokens, torch.zeros_like(tokens))
        grid = torch.zeros(batch, rows * columns, tokens.shape[2], dtype=tokens.dtype, device=tokens.device)
        grid = grid.scatter(1, self.chosen.index[..., None].expand_as(tokens), tokens)
        return grid.reshape(batch, rows, columns, -1)

    def features(self) -> Tensor:
        """(B, h, w, learnt dimension): all that is learnt of each patch by itself."""
        far = self.far()
        return torch.cat([self.near.to(far.dtype), far], dim=3)


def mean_around(grid: Tensor) -> Tensor:
    """(B, h, w, D) -> the same shape: the mean of the 3x3 patches around each, of those within the picture."""
    return functional.avg_pool2d(
        grid.permute(0, 3, 1, 2), 3, stride=1, padding=1, count_include_pad=False
    ).permute(0, 2, 3, 1)


class Backbone(nn.Module):
    """Images (B, 3, H, W), H and W multiples of 16, with grids of h x w = H/16 x W/16 patches.

    They become CLS (B, width), patch features (B, h, w, D') and the tokens (B, h, w, width) of each of `shape.layers`.
    """

    def __init__(self, shape: NetworkShape | None = None) -> None:
        super().__init__()
        self.shape = shape or NetworkShape()
        self.contrast = LocalContrast(self.shape.patch)
        self.stem = Stem(self.shape)
        self.cls = nn.Parameter(torch.zeros(1, 1, self.shape.width))
        self.blocks = nn.ModuleList(Block(self.shape) for _ in range(self.shape.depth))
        self.norm_tapped = nn.LayerNorm(self.shape.width)
        self.norm = nn.LayerNorm(self.shape.width)
        self.hidden_patch = nn.Parameter(torch.zeros(self.shape.width))
        self.apply(initialise)
        nn.init.trunc_normal_(self.cls, std=0.02)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor, tuple[Tensor, ...]]:
        chosen = lit_patches(brightest_values(images, self.shape.patch), self.shape.darkest)
        learnt = self.learnt(images, chosen)
        features = learnt.features()
        patches = torch.cat([self.contrast(images), features, mean_around(features)], dim=3)
        return learnt.cls, patches, features[..., self.shape.near_dimension :].chunk(2, dim=3)

    def learnt(self, images: Tensor, chosen: Chosen, hidden: Tensor | None = None) -> Learnt:
        """All but the local contrast, which pre-training has no use for.

        `hidden` (B, n) bool replaces chosen tokens by one learnt token, for the masked-patch objective.
        """
        grid, near = self.stem(images)
        batch, width, rows, columns = grid.shape
        patches = grid.flatten(2).transpose(1, 2)
        patches = patches.gather(1, chosen.index[..., None].expand(-1, -1, width))
        if hidden is not None:
            patches = torch.where(hidden[..., None], self.hidden_patch.to(patches.dtype), patches)
        tokens = torch.cat([self.cls.to(patches.dtype).expand(batch, -1, -1), patches], dim=1)
        sight = sight_of(chosen, rows, columns, width // self.shape.heads)
        tapped = tokens
        for depth, block in enumerate(self.blocks, start=1):
            tokens = block(tokens, sight)
            if depth == self.shape.tapped_layer:
                tapped = self.norm_tapped(tokens)
        tokens = self.norm(tokens)
        return Learnt(tokens[:, 0], tapped[:, 1:], tokens[:, 1:], near, chosen)


def initialise(part: nn.Module) -> None:
    """Kaiming for convolutions, truncated normal 0.02 for linear layers."""
    if isinstance(part, nn.Conv2d):
        nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
        nn.init.zeros_(part.bias)
    elif isinstance(part, nn.Linear):
        nn.init.trunc_normal_(part.weight, std=0.02)
        nn.init.zeros_(part.bias)


def random_backbone(seed: int = 0, shape: NetworkShape | None = None) -> Backbone:
    """A reproducible untrained network: the yardstick that every pre-training has to beat."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Backbone(shape).eval()
