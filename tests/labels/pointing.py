"""Pointing at what is known to be festive, and comparing masks with the truth."""

from __future__ import annotations

import io
from base64 import b64decode
from typing import Any

import numpy as np
from django.test import Client
from PIL import Image

from ml.truth import coverage
from server.frames.models import Frame
from tests.labels.street import Shot


def marks_on(truth: np.ndarray, shot: Shot, count: int = 3) -> list[dict[str, Any]]:
    """So many + clicks on lit patches that the truth (H, W) covers, always the same ones."""
    rows, columns = shot.scored.festivity_map.shape
    lit = coverage(shot.picture.max(axis=2) > 60, rows, columns) > 0
    places = np.argwhere((coverage(truth, rows, columns) >= 0.3) & lit)
    chosen = places[np.random.default_rng(0).choice(len(places), min(count, len(places)), replace=False)]
    return [{"x": (column + 0.5) / columns, "y": (row + 0.5) / rows} for row, column in chosen]


def iou(mask: np.ndarray, truth: np.ndarray) -> float:
    return float((mask & truth).sum() / max(1, (mask | truth).sum()))


def mask_in(overlay: str, size: tuple[int, int]) -> np.ndarray:
    """The mask (H, W) of a `data:` address, at a picture's size (H, W)."""
    picture = Image.open(io.BytesIO(b64decode(overlay.partition(",")[2]))).convert("RGBA")
    return np.asarray(picture.resize(size[::-1], Image.Resampling.NEAREST))[..., 3] > 0


def post(client: Client, frame: Frame, what: str, **words: Any) -> Any:
    address = f"/api/frames/{frame.public_id}/{what}/"
    return client.post(address, words, content_type="application/json")


def save(client: Client, frame: Frame, **words: Any) -> int:
    answer = post(client, frame, "labels", **words)
    assert answer.status_code == 201, answer.content
    return answer.json()["id"]
