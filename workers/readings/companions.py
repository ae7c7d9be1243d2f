"""The short films that phones write beside a photo (Apple's Live Photos): the photo says it all."""

from __future__ import annotations

from pathlib import PurePosixPath

import av

from server.drives.models import Footage
from workers.media.refusal import Refused, foreign
from workers.originals import original

LONGEST_S = 4.0
LARGEST_BYTES = 32 * 2**20
_SUFFIXES = frozenset({".mov", ".mp4"})


def refuse_companion(film: Footage) -> None:
    """Raises `Refused` live_photo for a film of at most 4 seconds that has a photo of its name beside it.

    Phones count photos and films together, so that only a Live Photo's two halves share a name.
    """
    path = PurePosixPath(film.name)
    if path.suffix.lower() not in _SUFFIXES or film.size_bytes > LARGEST_BYTES:
        return
    beside = film.drive.footage.photos().filter(
        folder=film.folder, parent=film.parent_id, name__istartswith=f"{path.with_suffix('')}."
    )
    stems = {PurePosixPath(name).stem.lower() for name in beside.values_list("name", flat=True)}
    if path.stem.lower() in stems and lasts_s(film) <= LONGEST_S:
        raise Refused("live_photo")


def lasts_s(film: Footage) -> float:
    """Seconds that the film lasts; endless where it cannot be opened."""
    with original(film) as stream:
        try:
            with foreign("unreadable"), av.open(stream, mode="r") as container:
                return (container.duration or 0) / av.time_base if container.duration else float("inf")
        except Refused:
            return float("inf")
