"""Who has a frame open to label it now."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec

from server.accounts.models import User
from server.frames.models import Frame

ROOM = "server.labels.presence"


def people_at(frames: Iterable[Frame], besides: User) -> dict[int, tuple[str, ...]]:
    """Names by the frame's id; frames that nobody else has open are left out."""
    if find_spec(ROOM) is None:
        return {}
    found = import_module(ROOM).present_on(frames, besides=besides)
    return {frame_id: tuple(one.name for one in people) for frame_id, people in found.items()}
