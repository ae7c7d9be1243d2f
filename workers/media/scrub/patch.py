from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Patch:
    """`letters` are written over the file from byte `at` on."""

    at: int
    letters: bytes

    def changes(self, content: bytes) -> bool:
        return content[self.at : self.at + len(self.letters)] != self.letters

    def moved(self, by: int) -> Patch:
        return Patch(self.at + by, self.letters)


def zeros(at: int, size: int) -> Patch:
    return Patch(at, bytes(size))


def spaces(at: int, size: int) -> Patch:
    return Patch(at, b" " * size)
