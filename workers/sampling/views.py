from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from server.drives.models import Footage


def views_of(footage: Footage, rgb: NDArray[np.uint8]) -> list[tuple[int, NDArray[np.uint8]]]:
    """The pictures that become frames of one moment, each with the number of its view: 0 for a plain camera."""
    return [(0, rgb)]
