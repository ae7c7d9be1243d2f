"""The embedded backbone: a small DINO vision transformer behind a light convolutional stem (torch).

Local contrast tells strings of lamps from glow, the stem sees lamps and their neighbourhood, the transformer sees houses. The
patch features hand all of it to a linear head: the contrast first, the stem's mean and peak within each patch, its context
tokens, then the tokens of a middle layer and of the last one. Most of a night picture is black: dark patches stop at the stem,
only lit ones go through the transformer.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.contrast import CONTRAST_DIMENSION, LocalContrast
from ml.transforms import DEVIATION, MEAN


@dataclass(frozen=True)
class NetworkShape:
    """Sizes of the network; the defaults are those of ViT-Ti/16.

    `darkest`: a patch whose brightest value (of any colour, in [0, 1]) is not above it does not enter the transformer.
    """

    width: int = 192
    depth: int = 12
    heads: int = 3
    patch: int = 16
    stem: int = 32
    context_layers: int = 3
    tapped_layer: int = 6
    darkest: float = 20 / 255

    @property
    def near_dimension(self) -> int:
        """How many of the patch features come from the stem; they stand behind the local contrast."""
        return 2 * self.stem + self.width

    @property
    def learnt_dimension(self) -> int:
        """How many of the patch features are learnt: all but the local contrast."""
        return self.near_dimension + 2 * self.width

    @property
    def patch_dimension(self) -> int:
        """D' of the patch features."""
        return CONTRAST_DIMENSION + self.learnt_dimension

    @property
    def voices(self) -> tuple[tuple[int, int], ...]:
        """First and last (excluded) patch feature of the parts that a head listens to: local contrast, and all that is learnt."""
        return (0, CONTRAST_DIMENSION), (CONTRAST_DIMENSION, self.patch_dimension)

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


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


@dataclass(frozen=True)
class Chosen:
    """The patches that enter the transformer: `index` (B, n) into the rows of the grid, row-major.

    `valid` (B, n) is false where a picture has fewer lit patches than another of its batch; no token looks at those.
    """

    index: Tensor
    valid: Tensor


def brightest_values(images: Tensor, patch: int) -> Tensor:
    """(B, 3, H, W) normalised images -> (B, h*w): the brightest value of any colour within each patch, in [0, 1]."""
    mean = torch.from_numpy(MEAN).to(images)[:, None, None]
    deviation = torch.from_numpy(DEVIATION).to(images)[:, None, None]
    brightest = (images * deviation + mean).amax(dim=1, keepdim=True)
    return functional.max_pool2d(brightest, patch).flatten(1)


def lit_patches(brightest: Tensor, darkest: float) -> Chosen:
    """All patches brighter than `darkest`, the brightest first; at least one, so that no tensor is empty."""
    lit = brightest > darkest
    count = lit.sum(dim=1).max().clamp(min=1)
    index = brightest.sort(dim=1, descending=True).indices[:, :count]
    return Chosen(index=index, valid=lit.gather(1, index))


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


@dataclass(frozen=True)
class Learnt:
    """`cls` (B, width); of the chosen patches `tapped` and `last` (B, n, width); of all `near` (B, h, w, 2*stem + width)."""

    cls: Tensor
    tapped: Tensor
    last: Tensor
    near: Tensor
    chosen: Chosen

    def patches(self) -> Tensor:
        """(B, h, w, learnt dimension): patches that were not chosen have zeros in place of the transformer's features."""
        batch, rows, columns, _ = self.near.shape
        far = torch.cat([self.tapped, self.last], dim=2)
        far = torch.where(self.chosen.valid[..., None], far, torch.zeros_like(far))
        grid = torch.zeros(batch, rows * columns, far.shape[2], dtype=far.dtype, device=far.device)
        grid = grid.scatter(1, self.chosen.index[..., None].expand_as(far), far)
        return torch.cat([self.near.to(far.dtype), grid.reshape(batch, rows, columns, -1)], dim=3)


class Backbone(nn.Module):
    """images (B, 3, H, W) -> CLS (B, width) and patch features (B, H/16, W/16, D'); H and W multiples of 16."""

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

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        chosen = lit_patches(brightest_values(images, self.shape.patch), self.shape.darkest)
        learnt = self.learnt(images, chosen)
        return learnt.cls, torch.cat([self.contrast(images), learnt.patches()], dim=3)

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
