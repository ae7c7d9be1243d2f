"""Agreement of whole frames: with another system's scores of one drive, and with what people saw."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml import metrics
from ml.evaluation.figures import Figure, drawn_again

LIT = 0.01
TOP = 50

Doubles = NDArray[np.float64]
Agreement = Callable[[Doubles, Doubles], float]


def agreement(festivities: ArrayLike, reference: ArrayLike) -> dict[str, Figure]:
    """Figures of n pictures, pictures drawn again.

    `spearman`, `spearman_lit` (pictures with reference >= 0.01), `auc_lit` (do these stand above the others?) and `top50`
    (pictures that are among the 50 highest of both).
    """
    found, wanted = np.asarray(festivities, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    lit = wanted >= LIT
    return {
        "spearman": compared(metrics.spearman, found, wanted),
        "spearman_lit": compared(metrics.spearman, found[lit], wanted[lit]),
        "auc_lit": compared(lit_auc, found, wanted),
        "top50": compared(lambda a, b: metrics.shared_top(a, b, TOP), found, wanted),
    }


def told_apart(plain: ArrayLike, decorated: ArrayLike) -> Figure:
    """AUC: how often a decorated frame has the higher festivity of the two."""
    found = np.concatenate([np.asarray(plain), np.asarray(decorated)])
    truth = np.arange(len(found)) >= len(np.asarray(plain))
    return compared(metrics.auc, truth.astype(np.float64), found)


def compared_with_truth(festivities: ArrayLike, shares: ArrayLike) -> Figure:
    """Spearman of festivities with the shares that are truly festive."""
    return compared(metrics.spearman, np.asarray(festivities), np.asarray(shares))


def lit_auc(found: Doubles, wanted: Doubles) -> float:
    """AUC of the pictures that the reference calls lit."""
    return metrics.auc(wanted >= LIT, found)


def compared(figure: Agreement, found: Doubles, wanted: Doubles) -> Figure:
    """The figure, each picture being its own group."""
    return drawn_again(
        lambda drawn: figure(np.repeat(found, drawn), np.repeat(wanted, drawn)),
        np.arange(len(found)),
        len(found),
    )
