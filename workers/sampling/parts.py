from __future__ import annotations

FRAMES_PER_PART = 48


def part_of(number: int) -> int:
    """The part of the scoring stage that a drive's frame belongs to, by how many frames were made before it."""
    return number // FRAMES_PER_PART
