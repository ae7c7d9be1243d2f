"""What lies far away: the ground up to the horizon, lamps too far to light anything, trees and hills."""

from __future__ import annotations

import numpy as np

from ml.tools.render import colour
from ml.tools.render.light import Lamp, Strand
from ml.tools.render.mesh import Paint, Points
from ml.tools.render.scene import Scene
from ml.tools.render.stamp import Billboard, leaves

WATER = Paint((0.008, 0.009, 0.012), grain=0.2, grain_m=6.0, wets=True)
LAND = Paint((0.05, 0.05, 0.045), grain=0.5, grain_m=9.0)
UPWARDS = np.array([0.0, 0.0, 1.0])


def lay_plane(scene: Scene, x: tuple[float, float], y: tuple[float, float], z: float, paint: Paint) -> None:
    """A flat stretch of water, land or road that reaches as far as is wanted."""
    corners = [(x[0], y[0], z), (x[1], y[0], z), (x[1], y[1], z), (x[0], y[1], z)]
    scene.mesh.add(np.array(corners, dtype=float), paint)


def far_lights(places: Points, intensities: Points) -> Strand:
    """Lamps too far away to light anything: places (n, 3), candela (n, 3)."""
    return Strand(places, intensities, house=0, lines=False)


def add_lamp_line(scene: Scene, rng: np.random.Generator, start: Points, stop: Points) -> None:
    """Street lamps along a line, all alike, a few of them dark or hidden."""
    length = float(np.linalg.norm(stop - start))
    count = int(np.clip(length / rng.uniform(18, 45), 3, 90))
    shares = np.linspace(0, 1, count) + rng.normal(0, 0.08 / count, count)
    places = start + shares[:, None] * (stop - start)
    tint = colour.kelvin_tint(float(rng.choice([0.05, 0.35, 0.62, 0.9, 1.0])))
    power = rng.uniform(15, 90) * np.exp(rng.normal(0, 0.35, count)) * (rng.random(count) > 0.08)
    scene.strands.append(far_lights(places, np.outer(power, tint)))
    for number in range(0, count, max(1, count // 5)):
        scene.lamps.append(Lamp(places[number], tint * 260, -UPWARDS, 1.0, seen=False, size_m=0.3))


def scatter_lights(scene: Scene, rng: np.random.Generator, near: float) -> None:
    """Lamps, windows and cars all over a town, ever denser towards the horizon."""
    count = int(np.exp(rng.uniform(4.8, 7.6)))
    far = near * np.exp(rng.uniform(0, 3.2, count))
    places = np.stack([rng.uniform(-1.6, 1.6, count) * far, far, rng.uniform(1, 12, count)], axis=1)
    tints = np.array([colour.kelvin_tint(step) for step in np.linspace(0, 1, 9)])
    middle = float(rng.uniform(0, 1))
    tint = tints[np.clip(rng.normal(middle, 0.25, count) * 8, 0, 8).astype(int)]
    coloured = rng.random(count) < 0.03
    tint[coloured] = np.array([colour.RED, colour.GREEN, colour.BLUE])[
        rng.integers(0, 3, int(coloured.sum()))
    ]
    power = np.exp(rng.normal(1.5, 1.3, count))
    scene.strands.append(far_lights(places, tint * power[:, None]))


def add_hill(scene: Scene, rng: np.random.Generator, y: float) -> None:
    """A dark ridge behind the town with a few lamps on its slope."""
    x = np.linspace(-y * 1.2, y * 1.2, 25)
    ridge = y * 0.06 * (1 + np.convolve(rng.normal(0, 1.0, 31), np.ones(7) / 7, "valid"))
    line = [(float(a), y, max(float(b), 5.0)) for a, b in zip(x, ridge, strict=True)]
    scene.mesh.add(np.array([(x[0], y, 0.0), *line, (x[-1], y, 0.0)]), Paint((0.01, 0.011, 0.01)))
    count = int(rng.integers(0, 60))
    spots = rng.integers(0, len(x), count)
    up = rng.uniform(0.05, 0.8, count) * np.maximum(ridge[spots], 5.0)
    places = np.stack([x[spots] + rng.normal(0, y * 0.05, count), np.full(count, y - 5), up], axis=1)
    tint = colour.kelvin_tint(float(rng.uniform(0.2, 1)))
    scene.strands.append(far_lights(places, np.outer(np.exp(rng.normal(4.5, 0.8, count)), tint)))


def add_grove(scene: Scene, rng: np.random.Generator, near: float) -> None:
    """Trees between the roofs, which hide some of the lights behind them."""
    for _ in range(int(rng.integers(0, 50))):
        far, tall = near * float(np.exp(rng.uniform(-0.1, 1.2))), float(rng.uniform(5, 14))
        foot = np.array([rng.uniform(-1.0, 1.0) * far, far, 0.0])
        kind = str(rng.choice(["tree", "tree", "fir"]))
        scene.billboards.append(Billboard(foot, tall * 0.9, tall, leaves(kind, int(rng.integers(12)))))
