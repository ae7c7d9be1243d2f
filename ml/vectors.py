"""Vectors of length 1: their dot product is their cosine similarity."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.types import Floats


def of_length_one(vectors: NDArray[np.floating[Any]]) -> Floats:
    """Vectors (..., D), each divided by its length; zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
