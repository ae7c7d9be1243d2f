"""Where the rays of several frames cross: a place and how certain it is. Pure: arrays in, numbers out.

A ray says well in which direction a front lies and badly how far off. Its place p makes a residual across the ray, from
the noise of heading and fix, and one along it, from what the distance was taken from. Both are solved for by iteratively
reweighted least squares with the weights of Geman & McClure (1987), from the median of the single places on, so that
a wrong match has little voice. The distance counts once for all rays together: what is wrong with it is wrong for all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDS = 8
STRAY = 3.0
CLOSEST_M = 3.0


@dataclass(frozen=True)
class Noise:
    """Standard deviations: of a heading; of a fix against the fixes around it; of all fixes of a drive together."""

    heading_deg: float = 6.0
    fix_m: float = 2.0
    drift_m: float = 3.5


NOISE = Noise()


@dataclass(frozen=True)
class Rays:
    """N rays: cameras (N, 2) in metres east and north, bearings (N,) in degrees clockwise from north, and how far off the
    front is thought to be (N,) in metres, with a standard deviation (N,)."""

    cameras_m: Floats
    bearing_deg: Floats
    away_m: Floats
    away_spread_m: Floats

    def __len__(self) -> int:
        return len(self.bearing_deg)

    @property
    def directions(self) -> Floats:
        """(N, 2) unit vectors."""
        bearing = np.radians(self.bearing_deg)
        return np.stack([np.sin(bearing), np.cos(bearing)], axis=1)


@dataclass(frozen=True)
class Spot:
    """A place (2,) in metres east and north, and its covariance (2, 2) in square metres."""

    place_m: Floats
    covariance: Floats

    @property
    def spread_m(self) -> float:
        """One standard deviation in the direction that is least certain: the ellipse's longer half axis."""
        return float(math.sqrt(np.linalg.eigvalsh(self.covariance)[-1]))


def crossing(rays: Rays, noise: Noise = NOISE) -> Spot:
    """Where the rays of one drive cross, one ray or many; the drift that they share is no part of the covariance."""
    along, across = rays.directions, rays.directions[:, ::-1] * (-1.0, 1.0)
    place_m = np.median(rays.cameras_m + along * rays.away_m[:, None], axis=0)
    along_weight = 1 / (rays.away_spread_m**2 * len(rays))
    for _ in range(ROUNDS if len(rays) > 1 else 1):
        off_m = place_m - rays.cameras_m
        forward_m = (off_m * along).sum(axis=1)
        across_spread_m = np.hypot(
            math.radians(noise.heading_deg) * np.maximum(forward_m, CLOSEST_M), noise.fix_m
        )
        beside = (off_m * across).sum(axis=1) / across_spread_m
        trust = 1 / (1 + (beside / STRAY) ** 2) ** 2
        across_weight = trust / across_spread_m**2
        normal = weighted(across, across_weight) + weighted(along, along_weight * trust)
        push = (across * (across_weight * (rays.cameras_m * across).sum(axis=1))[:, None]).sum(axis=0)
        reach_m = (rays.cameras_m * along).sum(axis=1) + rays.away_m
        push += (along * (along_weight * trust * reach_m)[:, None]).sum(axis=0)
        place_m = np.linalg.solve(normal, push)
    misfit = float((trust * beside**2).sum() / max(trust.sum(), 1.0))
    return Spot(place_m, np.asarray(np.linalg.inv(normal) * max(misfit, 1.0), np.float64))


def weighted(directions: Floats, weights: Floats) -> Floats:
    """(2, 2) sum of the directions' outer products."""
    return np.asarray((directions * weights[:, None]).T @ directions)


def combined(spots: Sequence[Spot], own_m: float = NOISE.drift_m) -> Spot:
    """The place that spots of several drives, each off by `own_m` of its own, say together; robust against a stray one."""
    places = np.stack([spot.place_m for spot in spots])
    shares = np.stack([np.linalg.inv(spot.covariance + own_m**2 * np.eye(2)) for spot in spots])
    place_m = np.median(places, axis=0)
    for _ in range(ROUNDS):
        off_m = places - place_m
        squared = np.einsum("ni,nij,nj->n", off_m, shares, off_m)
        trusted = shares / (1 + squared / STRAY**2)[:, None, None] ** 2
        normal = trusted.sum(axis=0)
        place_m = np.linalg.solve(normal, np.einsum("nij,nj->i", trusted, places))
    return Spot(place_m, np.linalg.inv(normal))
