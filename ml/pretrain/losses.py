"""The objectives of pre-training; all take and return float32."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ml.pretrain.views import UNKNOWN

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


def masked_patches(predicted: Tensor, teacher: Tensor, hidden: Tensor) -> Tensor:
    """Mean of 1 - cosine over the hidden patches: `predicted` and `teacher` (B, h, w, D), `hidden` (B, h, w)."""
    agreement = functional.cosine_similarity(predicted[hidden], teacher[hidden], dim=1)
    return 1 - agreement.mean()


def dense_truth(logits: Tensor, coverage: Tensor) -> Tensor:
    """Cross-entropy of patch logits (B, h, w) against their festive share, over patches whose truth is known."""
    known = coverage != UNKNOWN
    if not known.any():
        return logits.sum() * 0
    return functional.binary_cross_entropy_with_logits(logits[known], coverage[known])
