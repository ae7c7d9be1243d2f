"""Sizes of the embedded backbone."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ml.contrast import CONTRAST_DIMENSION


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
        """How many features of a patch by itself are learnt."""
        return self.near_dimension + 2 * self.width

    @property
    def patch_dimension(self) -> int:
        """D' of the patch features: local contrast, then what is learnt, of the patch and of the patches around it."""
        return CONTRAST_DIMENSION + 2 * self.learnt_dimension

    @property
    def layers(self) -> tuple[int, int]:
        """The layers, counted from 1, whose tokens can be had by themselves."""
        return self.tapped_layer, self.depth

    @property
    def voices(self) -> tuple[tuple[int, int], ...]:
        """First and last (excluded) patch feature of the parts that a head listens to: local contrast, and all that is learnt."""
        return (0, CONTRAST_DIMENSION), (CONTRAST_DIMENSION, self.patch_dimension)

    def as_dict(self) -> dict[str, float]:
        return asdict(self)
