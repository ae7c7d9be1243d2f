"""The typical picture of a scorer, from which displays are looked at when they are searched for."""

from __future__ import annotations

import numpy as np

from server.frames.models import Region, Scorer
from server.houses.identity.grouping import Floats
from server.houses.identity.passages import vector_of

TYPICAL_OF = 1000
TYPICAL_FROM = 30


def typical_vector(scorer: Scorer) -> Floats | None:
    """The mean vector of the scorer's latest regions, or None while there are too few of them to speak of typical."""
    latest = Region.objects.filter(scorer=scorer).order_by("-pk").values_list("vector", flat=True)
    vectors = [vector_of(vector) for vector in latest[:TYPICAL_OF]]
    return np.mean(vectors, axis=0) if len(vectors) >= TYPICAL_FROM else None


def centred(vectors: Floats, centre: Floats | None) -> Floats:
    """Unit vectors (N, D) seen from `centre` (D,), the mean of many regions, and at length 1 again.

    Pictures of the night are all alike to a backbone; what tells them apart is how they differ from the typical one. Without
    a centre there is no telling, and the vectors are zero.
    """
    if centre is None:
        return np.zeros_like(vectors)
    away = vectors - centre
    return np.asarray(away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9))
