"""A rendered street on which cars show tail lights, and the labels that say what of it is festive."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ml.scorer import Scorer as Network
from server.accounts.models import User
from server.labels.drawing import Drawing
from server.labels.models import Label
from server.labels.services import Origin, record_mask
from tests.labels.street import Shot, Street

RED = np.array([255, 60, 50], dtype=np.float32)
PLACES = ((0.2, 0.8), (0.34, 0.8), (0.62, 0.86), (0.8, 0.86))
RADIUS_PX = 16


def with_tail_lights(shots: list[Shot], network: Network) -> list[Shot]:
    """The same photos with two cars ahead, scored anew."""
    pictures = [lit(shot.picture) for shot in shots]
    scored = network.score(pictures)
    return [
        replace(shot, picture=picture, scored=one)
        for shot, picture, one in zip(shots, pictures, scored, strict=True)
    ]


def lit(picture: np.ndarray) -> np.ndarray:
    return np.clip(picture + glow(picture)[..., None] * RED, 0, 255).astype(np.uint8)


def glow(picture: np.ndarray) -> np.ndarray:
    """(H, W) in [0, 1]: how much each pixel shines red, in rings so that lamps have an inner drawing."""
    height, width = picture.shape[:2]
    down, across = np.mgrid[:height, :width]
    shine = np.zeros((height, width), dtype=np.float32)
    for x, y in PLACES:
        away = np.hypot(across - x * width, down - y * height)
        shine = np.maximum(shine, (away < RADIUS_PX) * (0.6 + 0.4 * np.cos(away)))
    return shine


def at_tail_lights(shot: Shot) -> np.ndarray:
    """(h, w) of its map: the patches that a tail light covers."""
    rows, columns = shot.scored.festivity_map.shape
    inside = np.zeros((rows, columns), dtype=bool)
    for x, y in PLACES:
        inside[int(y * rows), int(x * columns)] = True
    return inside


def label(street: Street, shot: Shot, author: User, mask: np.ndarray | None = None) -> Label:
    """The truth of the photo, or another mask."""
    return record_mask(
        frame=street.frame(shot),
        author=author,
        drawing=Drawing(),
        mask=shot.festive if mask is None else mask,
        origin=Origin(street.scorer, ""),
    )
