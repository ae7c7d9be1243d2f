"""The objectives of pre-training; all take and return float32."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

DISTORTION = 0.5


def alignment(student: Tensor, teacher: Tensor) -> Tensor:
    """Mean of 1 - cosine over all pairs of a student view and another teacher view.

    `student` (V, B, d) and `teacher` (T, B, d), unit length; view t of the teacher shows the same crop as view t of the
    student, and that pair is left out.
    """
    agreement = torch.einsum("vbd,tbd->vtb", student, teacher).mean(dim=2)
    same = torch.eye(*agreement.shape, dtype=torch.bool, device=agreement.device)
    return 1 - agreement[~same].mean()


def coding_rate(vectors: Tensor) -> Tensor:
    """How much room (B, d) unit vectors take up, in [0, 1]; 0 when all collapse to one point.

    1/2 logdet(I + d / (B eps^2) Z Z^T), eps = 0.5 (Yu et al. 2020, as in SimDINO), over its largest value.
    """
    count, width = vectors.shape
    weight = width / (count * DISTORTION**2)
    gram = torch.eye(count, device=vectors.device) + weight * vectors @ vectors.T
    return torch.logdet(gram) / (count * torch.log1p(torch.tensor(weight)))


def effective_rank(vectors: Tensor) -> Tensor:
    """exp of the entropy of the normalised squared singular values of (B, d): from 1, collapsed, to min(B, d).

    (Roy and Vetterli 2007, on energies; its logarithm is the entropy that the curves show.) NaN where a vector is no number.
    """
    if not torch.isfinite(vectors).all():
        return torch.full((), float("nan"))
    energies = torch.linalg.svdvals(vectors - vectors.mean(dim=0)).square()
    shares = energies / energies.sum().clamp(min=1e-12)
    return torch.exp(-(shares * shares.clamp(min=1e-12).log()).sum())


def unlike(predicted: Tensor, target: Tensor, counted: Tensor) -> Tensor:
    """Mean of 1 - cosine of `predicted` and `target` (..., D) where `counted` (...) is true; 0 where nothing is."""
    distance = 1 - functional.cosine_similarity(predicted, target, dim=-1)
    return (distance * counted).sum() / counted.sum().clamp(min=1)


def unexplained(predicted: Tensor, taught: Tensor, counted: Tensor) -> Tensor:
    """Share of the energy of `taught` (..., K) that `predicted` misses, where `counted` (...) is true; about 0 to 1."""
    missed = ((predicted - taught).square().sum(dim=-1) * counted).sum()
    return missed / (taught.square().sum(dim=-1) * counted).sum().clamp(min=1e-6)


def dense_truth(logits: Tensor, coverage: Tensor) -> Tensor:
    """Cross-entropy of patch logits (B, h, w) against their festive share, over patches whose truth is known (not NaN)."""
    known = ~torch.isnan(coverage)
    if not known.any():
        return logits.sum() * 0
    return functional.binary_cross_entropy_with_logits(logits[known], coverage[known])
