"""Masks as files for those who train."""

from __future__ import annotations

from pathlib import Path

from ml.tools.gimp import write_mask
from server.labels.pictures import Mask


def write_gimp_mask(path: Path, mask: Mask) -> None:
    """RGBA, black, opaque where festive: as `python -m ml train --masked` and GIMP read it."""
    write_mask(path, mask)
