"""Everything that stands in a street at night, before anyone looks at it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ml.tools.render.light import Lamp, Sheet, Strand, string_lamps
from ml.tools.render.mesh import Frame3, Mesh, Paint, Points
from ml.tools.render.mural import Mural, WallPicture
from ml.tools.render.stamp import Billboard


@dataclass(frozen=True)
class Night:
    """The weather and the sky of one night.

    `sky` and `ambient` are linear radiances (3,); `wet` 0..1 is how much the road mirrors (still water: up to 5);
    `haze` is how far light scatters.
    """

    sky: Points
    ambient: Points
    wet: float = 0.0
    haze: float = 0.0


@dataclass
class Scene:
    """Faces, billboards and lights in world metres. House number n owns faces and lights with `house == n`."""

    night: Night
    mesh: Mesh = field(default_factory=Mesh)
    billboards: list[Billboard] = field(default_factory=list)
    lamps: list[Lamp] = field(default_factory=list)
    strands: list[Strand] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    murals: list[Mural] = field(default_factory=list)

    def hang(self, strand: Strand) -> None:
        """Add a string of festive bulbs together with the light that it throws."""
        self.strands.append(strand)
        self.lamps.extend(string_lamps(strand))

    def paint_wall(
        self, frame: Frame3, x: tuple[float, float], z: tuple[float, float], y: float, picture: WallPicture
    ) -> None:
        """Add an upright rectangle that shows a picture: see `Mural`."""
        corner = frame.place([(x[0], y, z[0])])[0]
        face = len(self.mesh.corners)
        self.mesh.add_panel(frame, x, z, y, Paint((0.1, 0.1, 0.1), grain=0.05))
        self.murals.append(Mural(face, corner, frame.right, x[1] - x[0], z[1] - z[0], picture))

    def near(self, eye: Points, radius_m: float) -> Scene:
        """The part of a long street around `eye`; big faces such as roads count by their nearest corner."""
        faces = near_numbers(self.mesh.spread(), eye, radius_m)
        renumbered = {face: number for number, face in enumerate(faces)}
        return Scene(
            self.night,
            self.mesh.part(faces),
            [board for board in self.billboards if apart_m(board.foot, eye) < radius_m],
            [lamp for lamp in self.lamps if apart_m(lamp.place, eye) < radius_m or far_light(lamp)],
            [strand for strand in self.strands if apart_m(strand.places[0], eye) < radius_m],
            [sheet for sheet in self.sheets if apart_m(sheet.corners[0], eye) < radius_m],
            [
                replace(mural, face=renumbered[mural.face])
                for mural in self.murals
                if mural.face in renumbered
            ],
        )


def apart_m(place: Points, eye: Points) -> float:
    return abs(float(place[0] - eye[0])) + abs(float(place[1] - eye[1]))


def far_light(lamp: Lamp) -> bool:
    """Lamps in sight that are strong enough to be seen from other streets."""
    return lamp.seen and lamp.festive_house == 0


def near_numbers(spread: tuple[Points, Points], eye: Points, radius_m: float) -> list[int]:
    """Numbers of the faces whose bounding box (low and high corners, (n, 3) each) is within reach."""
    low, high = spread
    outside = np.maximum(np.maximum(low - eye, eye - high), 0)[:, :2]
    return [int(number) for number in np.flatnonzero((outside**2).sum(axis=1) < radius_m**2)]


def draw_night(rng: np.random.Generator) -> Night:
    """A night by lot: dusk or deep night, town glow or none, dry or wet road, clear or hazy air."""
    level = float(np.exp(rng.normal(-5.4, 0.9)))
    glow = np.array([1.0, 0.75, 0.55]) if rng.random() < 0.5 else np.array([0.55, 0.65, 1.0])
    wet = float(rng.uniform(0.3, 1.0)) if rng.random() < 0.25 else 0.0
    haze = float(rng.uniform(0.2, 1.0)) if rng.random() < 0.2 else 0.0
    return Night(glow * level * 0.5, np.array([0.8, 0.85, 1.0]) * level, wet, haze)
