"""The pictures of a frame that leave the site: who may see them, and the festivity map drawn as an overlay."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from django.contrib.auth.models import AnonymousUser
from PIL import Image

from server.accounts.models import User
from server.frames.models import Frame, FrameScore
from server.frames.queries import frames_readable_by

AMBER = (255, 186, 84)
FAINTEST = 0.04
STRONGEST_ALPHA = 140


@dataclass(frozen=True)
class SeenFrame:
    """A frame that the asker may see; `public` where anyone may."""

    frame: Frame
    public: bool


def frame_seen_by(user: User | AnonymousUser, public_id: str) -> SeenFrame | None:
    """Anyone sees the frames of visible houses, drivers also their own, staff every frame."""
    if frame := Frame.objects.visible().filter(public_id=public_id).first():
        return SeenFrame(frame, public=True)
    frame = frames_readable_by(user).filter(public_id=public_id).first()
    return SeenFrame(frame, public=False) if frame else None


def overlay_png(score: FrameScore) -> bytes:
    """A PNG of one pixel per patch: amber, the more opaque the more festive, clear below FAINTEST."""
    patches = np.frombuffer(score.map_bytes, dtype=np.uint8).reshape(score.map_rows, score.map_columns)
    shares = patches.astype(np.float32) / 255
    pixels = np.zeros((*patches.shape, 4), dtype=np.uint8)
    pixels[..., :3] = AMBER
    pixels[..., 3] = np.where(shares >= FAINTEST, np.sqrt(shares) * STRONGEST_ALPHA, 0).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels, "RGBA").save(stream, "PNG", optimize=True)
    return stream.getvalue()
