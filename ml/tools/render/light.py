"""Lamps and strings of bulbs, and the light that they throw on the faces around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.tools.render.mesh import Points

STRING_LAMP_BULBS_M = 2.2
STRING_LAMP_SIZE_M = 0.6


@dataclass(frozen=True)
class Lamp:
    """One lamp: place (3,), intensity in candela as linear RGB (3,).

    `aim` and `narrowness` make a beam: intensity falls with cos(angle) ** narrowness. `seen` says whether the lamp
    itself is in sight (a reflector behind a bush is not). `festive_house` is the number of the house whose front this
    coloured flood light paints, 0 for all other lamps.
    """

    place: Points
    intensity: Points
    aim: Points | None = None
    narrowness: float = 1.0
    seen: bool = True
    festive_house: int = 0
    size_m: float = 0.06


@dataclass(frozen=True)
class Strand:
    """A string of bulbs: places (n, 3), intensities in candela (n, 3), and the width a person would paint it with."""

    places: Points
    intensities: Points
    house: int
    width_m: float = 0.14
    lines: bool = True


@dataclass(frozen=True)
class Sheet:
    """A planar area filled by lights, (n, 3) corners: a light curtain, a lit figure of wire, a net."""

    corners: Points
    house: int


def string_lamps(strand: Strand) -> list[Lamp]:
    """Invisible lamps that stand for the light of a string, one for every few metres of it."""
    length = float(np.linalg.norm(np.diff(strand.places, axis=0), axis=1).sum()) if strand.lines else 3.0
    count = int(np.clip(length / STRING_LAMP_BULBS_M, 1, 5))
    return [
        Lamp(
            strand.places[part[len(part) // 2]],
            strand.intensities[part].sum(axis=0),
            seen=False,
            size_m=STRING_LAMP_SIZE_M,
        )
        for part in np.array_split(np.arange(len(strand.places)), count)
        if len(part)
    ]


def reach_m(lamp: Lamp, faintest: float) -> float:
    """Distance at which the lamp's light on white paint falls below the radiance `faintest`."""
    return float(np.sqrt(max(lamp.intensity.max(), 1e-9) / np.pi / faintest))


def irradiance(
    lamp: Lamp, place: tuple[NDArray[np.float32], ...], normal: tuple[NDArray[np.float32], ...]
) -> NDArray[np.float32]:
    """Light of one lamp per candela on surfaces: places and unit normals as three planes each; 1/m²."""
    dx, dy, dz = (np.float32(lamp.place[axis]) - place[axis] for axis in range(3))
    square = dx * dx + dy * dy + dz * dz + np.float32(0.02 + lamp.size_m**2)
    facing = dx * normal[0] + dy * normal[1] + dz * normal[2]
    light = np.maximum(facing, 0) / (square * np.sqrt(square))
    if lamp.aim is not None:
        ax, ay, az = lamp.aim.astype(np.float32)
        along = -(dx * ax + dy * ay + dz * az) / np.sqrt(square)
        light *= np.maximum(along, 0) ** np.float32(lamp.narrowness)
    return np.asarray(light, dtype=np.float32)


def strongest(lamps: Sequence[Lamp], eye: Points, count: int) -> list[Lamp]:
    """The `count` lamps that matter most for what is seen from `eye`."""

    def weight(lamp: Lamp) -> float:
        return float(lamp.intensity.max()) / (25.0 + float(((lamp.place - eye) ** 2).sum()))

    return sorted(lamps, key=weight, reverse=True)[:count]
