"""What shines and stands in a street on any night: porch lights, street lamps, cars, trees, fences, bins, signs."""

from __future__ import annotations

import itertools

import numpy as np

from ml.tools.render import colour
from ml.tools.render.house import House
from ml.tools.render.light import Lamp
from ml.tools.render.mesh import Frame3, Paint, Points
from ml.tools.render.scene import Scene
from ml.tools.render.shell import Edges, frame_of
from ml.tools.render.stamp import Billboard, leaves

DOWN = np.array([0.0, 0.0, -1.0])
CAR_PAINTS = (
    (0.5, 0.5, 0.5),
    (0.02, 0.02, 0.02),
    (0.25, 0.26, 0.28),
    (0.3, 0.02, 0.02),
    (0.04, 0.07, 0.2),
    (0.6, 0.58, 0.5),
)
SEDAN = (
    (-2.2, 0.35),
    (-2.25, 0.75),
    (-1.9, 0.9),
    (-1.0, 0.98),
    (-0.45, 1.42),
    (0.75, 1.45),
    (1.55, 1.05),
    (2.2, 0.98),
    (2.3, 0.6),
    (2.2, 0.35),
)
VAN = ((-2.4, 0.4), (-2.45, 0.95), (-1.9, 1.1), (-1.2, 1.2), (-0.6, 1.8), (2.2, 1.85), (2.4, 1.1), (2.4, 0.4))
PICKUP = (
    (-2.6, 0.45),
    (-2.65, 0.95),
    (-2.2, 1.1),
    (-1.2, 1.15),
    (-0.7, 1.75),
    (0.5, 1.78),
    (0.7, 1.15),
    (2.6, 1.15),
    (2.65, 0.5),
)
GLASS = Paint((0.02, 0.02, 0.025), gloss=0.35, grain=0.0)


def furnish(scene: Scene, house: House, edges: Edges, rng: np.random.Generator) -> None:
    """Everyday lamps of one house, and what stands on its lot."""
    put_porch_lights(scene, house, rng)
    put_plants(scene, house, edges, rng)
    put_fence(scene, house, edges)
    frame = frame_of(house)
    if house.style.garage and rng.random() < 0.55:
        wing = house.style.garage
        for x in rng.choice([wing.x0 + 1.5, wing.x1 - 1.5], size=int(rng.integers(1, 3)), replace=False):
            y = wing.y_front + rng.uniform(2.8, max(2.9, house.setback_m - wing.y_front - 2.4))
            put_car(scene, frame.place([(float(x), float(y), 0)])[0], frame.out, rng)
    if rng.random() < 0.12:
        put_path_lights(scene, house, rng)
    if rng.random() < 0.08:
        put_soffit_lights(scene, edges, rng)
    if rng.random() < 0.35:
        put_bins(scene, house, rng)


def put_porch_lights(scene: Scene, house: House, rng: np.random.Generator) -> None:
    """A lamp at the door, coach lamps or a flood lamp at the garage; many houses leave all of them off."""
    frame, style = frame_of(house), house.style
    tint = colour.kelvin_tint(float(rng.beta(1.6, 1.6)))
    if rng.random() < 0.42:
        at = (style.door_x + 0.85, style.main.y_front + 0.2, 2.0)
        scene.lamps.append(Lamp(frame.place([at])[0], tint * float(np.exp(rng.normal(2.4, 0.8)))))
    wing = style.garage
    if wing and rng.random() < 0.3:
        power = float(np.exp(rng.normal(1.9, 0.6)))
        for x in (wing.x0 + 0.25, wing.x1 - 0.25):
            scene.lamps.append(Lamp(frame.place([(x, wing.y_front + 0.18, 1.9)])[0], tint * power))
    if rng.random() < 0.13:
        x, y, z = (style.main.x0 + 0.6, style.main.y_front, style.main.eave_m - 0.15)
        if wing:
            x, y, z = (
                (wing.x0 + wing.x1) / 2 + float(rng.choice([-1.6, 0, 1.6])),
                wing.y_front,
                wing.eave_m - 0.05,
            )
        cool = colour.kelvin_tint(float(rng.uniform(0, 0.55)))
        scene.lamps.append(
            Lamp(frame.place([(x, y + 0.5, z)])[0], cool * float(np.exp(rng.normal(3.7, 0.6))), size_m=0.12)
        )


def put_plants(scene: Scene, house: House, edges: Edges, rng: np.random.Generator) -> None:
    frame, (low, high) = frame_of(house), edges.lawn_x
    for _ in range(int(rng.integers(0, 5))):
        foot = frame.place([(rng.uniform(low, high), rng.uniform(0.7, 1.6), 0)])[0]
        tall = float(rng.uniform(0.5, 1.4))
        scene.billboards.append(
            Billboard(
                foot,
                tall * float(rng.uniform(1, 1.6)),
                tall,
                leaves("shrub", int(rng.integers(8))),
                house.number,
            )
        )
    if rng.random() < 0.5:
        kind = str(rng.choice(["tree", "tree", "palm", "fir"]))
        foot = frame.place([(rng.uniform(low, high), rng.uniform(2, max(2.5, house.setback_m - 2)), 0)])[0]
        tall = float(rng.uniform(3.0, 7.5))
        scene.billboards.append(Billboard(foot, tall * 0.85, tall, leaves(kind, int(rng.integers(12)))))
    for _ in range(int(rng.integers(0, 4))):
        foot = frame.place([(rng.uniform(-9, 9), house.style.main.y_back - rng.uniform(2, 8), 0)])[0]
        tall = float(rng.uniform(6, 12))
        scene.billboards.append(Billboard(foot, tall * 0.8, tall, leaves("tree", int(rng.integers(12)))))


def put_fence(scene: Scene, house: House, edges: Edges) -> None:
    """A picket fence, a low wall or a hedge along the front of the lawn."""
    kind, (low, high) = house.style.fence, edges.lawn_x
    if kind == "none" or high - low < 1.5:
        return
    frame, y = frame_of(house), house.setback_m - 1.3
    tall, paint = {
        "picket": (0.95, Paint((0.6, 0.6, 0.58), panels_m=0.14, groove=0.85, grain=0.05)),
        "wall": (0.6, Paint((0.4, 0.35, 0.3), boards_m=0.2, panels_m=0.4, groove=0.3)),
        "hedge": (0.85, Paint((0.045, 0.06, 0.03), grain=0.9, grain_m=0.25)),
    }[kind]
    scene.mesh.add_box(frame, (low, y - 0.15, 0), (high, y, tall), paint)


def put_bins(scene: Scene, house: House, rng: np.random.Generator) -> None:
    frame = frame_of(house)
    for number in range(int(rng.integers(1, 3))):
        x = house.style.main.x0 + 0.4 + number * 0.8
        paint = Paint(
            ((0.03, 0.08, 0.04), (0.04, 0.05, 0.14), (0.06, 0.06, 0.06))[int(rng.integers(3))], gloss=0.05
        )
        scene.mesh.add_box(
            frame, (x, house.setback_m - 1.1, 0), (x + 0.6, house.setback_m - 0.5, 1.05), paint
        )


def put_path_lights(scene: Scene, house: House, rng: np.random.Generator) -> None:
    """Small garden lamps beside the path: warm or white, all alike, and not festive."""
    frame, x = frame_of(house), house.style.door_x
    tint = colour.kelvin_tint(float(rng.uniform(0.1, 0.8))) * float(rng.uniform(0.3, 1.5))
    for y in np.arange(1.5, house.setback_m - 0.5, 1.8):
        scene.lamps.append(Lamp(frame.place([(x + 0.8, y, 0.35)])[0], tint, size_m=0.05))


def put_soffit_lights(scene: Scene, edges: Edges, rng: np.random.Generator) -> None:
    """A few equal lamps sunk into the eaves that light the wall below: white or warm, and not festive."""
    tint = colour.kelvin_tint(float(rng.uniform(0.2, 0.8))) * float(rng.uniform(2, 9))
    for line in edges.eaves[:1]:
        for share in np.linspace(0.12, 0.88, int(rng.integers(3, 7))):
            place = line[0] + (line[-1] - line[0]) * share - np.array([0, 0, 0.06])
            scene.lamps.append(Lamp(place, tint, DOWN, 1.0))


def put_street_lamp(scene: Scene, foot: Points, towards: Points, rng: np.random.Generator) -> None:
    """A pole with an arm over the road; sodium or LED."""
    tint = colour.kelvin_tint(float(rng.choice([0.05, 0.35, 0.62, 0.95])))
    tall, arm = float(rng.uniform(5.5, 8.0)), float(rng.uniform(0.8, 2.2))
    head = foot + towards * arm + np.array([0, 0, tall])
    frame = Frame3(foot, np.array([-towards[1], towards[0], 0.0]), towards)
    metal = Paint((0.12, 0.12, 0.12))
    scene.mesh.add_panel(frame, (-0.08, 0.08), (0, tall), 0, metal)
    scene.mesh.add_box(frame, (-0.04, 0, tall - 0.05), (0.04, arm, tall + 0.05), metal)
    scene.lamps.append(Lamp(head, tint * float(rng.uniform(150, 500)), DOWN, 1.2, size_m=0.2))


def put_car(
    scene: Scene, foot: Points, forward: Points, rng: np.random.Generator, lit: bool | None = None
) -> None:
    """A parked or driving car; `lit` cars have head lights and tail lights on."""
    lit = bool(rng.random() < 0.06) if lit is None else lit
    profile = (SEDAN, SEDAN, VAN, PICKUP)[int(rng.integers(4))]
    nose = 1 if rng.random() < 0.5 else -1
    frame = Frame3(foot, np.array([forward[1], -forward[0], 0.0]), forward * -nose)
    shade = float(rng.uniform(0.6, 1.1))
    body = CAR_PAINTS[int(rng.integers(len(CAR_PAINTS)))]
    paint = Paint((body[0] * shade, body[1] * shade, body[2] * shade), gloss=0.22, grain=0.02)
    add_body(scene, frame, profile, paint)
    for y, part in ((-2.2, "head"), (2.2, "tail")):
        for x in (-0.62, 0.62):
            add_car_light(scene, frame, (x, y, 0.75), part, lit)


def add_body(scene: Scene, frame: Frame3, profile: tuple[tuple[float, float], ...], paint: Paint) -> None:
    """Extrude the outline of a car to both sides; glass above the belt line, and four wheels."""
    half, belt = 0.88, 1.0
    for x in (-half, half):
        scene.mesh.add(frame.place([(x, y, z) for y, z in profile]), paint)
        cabin = [(y * 0.93 + 0.02, z - 0.07) for y, z in profile if z > belt]
        low = [(cabin[-1][0] + 0.2, belt), (cabin[0][0] - 0.3, belt)]
        scene.mesh.add(frame.place([(x * 1.01, y, z) for y, z in [*cabin, *low]]), GLASS)
        for y in (-1.4, 1.4):
            turn = np.linspace(0, 2 * np.pi, 10, endpoint=False)
            wheel = [(x * 1.02, y + 0.34 * np.cos(a), 0.34 + 0.34 * np.sin(a)) for a in turn]
            scene.mesh.add(frame.place(wheel), Paint((0.015, 0.015, 0.015)))
            hub = [(x * 1.03, y + 0.2 * np.cos(a), 0.34 + 0.2 * np.sin(a)) for a in turn]
            scene.mesh.add(frame.place(hub), Paint((0.07, 0.07, 0.075), gloss=0.2))
    for (y0, z0), (y1, z1) in itertools.pairwise(profile):
        strip = [(-half, y0, z0), (half, y0, z0), (half, y1, z1), (-half, y1, z1)]
        slanted = (z1 - z0 > 0.3 and z1 > 1.3) or (z0 - z1 > 0.3 and z0 > 1.3)
        scene.mesh.add(frame.place(strip), GLASS if slanted else paint)


def add_car_light(scene: Scene, frame: Frame3, at: tuple[float, float, float], part: str, lit: bool) -> None:
    x, y, z = at
    way = -1.0 if part == "head" else 1.0
    lens = Paint((0.4, 0.4, 0.4), gloss=0.3) if part == "head" else Paint((0.25, 0.01, 0.01), gloss=0.3)
    corners = [
        (x - 0.2, y + way * 0.09, z - 0.08),
        (x + 0.2, y + way * 0.09, z - 0.08),
        (x + 0.2, y + way * 0.09, z + 0.08),
    ]
    scene.mesh.add(frame.place([*corners, (x - 0.2, y + way * 0.09, z + 0.08)]), lens)
    if lit:
        place = frame.place([(x, y + way * 0.2, z)])[0]
        if part == "head":
            aim = frame.out * way + DOWN * 0.05
            scene.lamps.append(
                Lamp(place, np.array([1.0, 0.95, 0.85]) * 900, aim / np.linalg.norm(aim), 12.0)
            )
            scene.lamps.append(Lamp(place, np.array([1.0, 0.95, 0.85]) * 12))
        else:
            scene.lamps.append(Lamp(place, np.array([1.0, 0.02, 0.01]) * 2.5, size_m=0.07))


def put_sign(scene: Scene, frame: Frame3, rng: np.random.Generator) -> None:
    """A lit shop sign with blocks like letters, on a dark low building: bright, coloured and not festive."""
    scene.mesh.add_box(frame, (-6, -8, 0), (6, 0, 4.2), Paint((0.3, 0.28, 0.26)))
    ground = np.array(colour.PALETTES[str(rng.choice(["red", "blue", "green", "cool", "amber"]))][0])
    back = tuple(float(part) for part in ground * rng.uniform(0.6, 3.0))
    scene.mesh.add_panel(
        frame, (-2.6, 2.6), (2.7, 3.7), 0.15, Paint((0.3, 0.3, 0.3), (back[0], back[1], back[2]))
    )
    for x in np.arange(-2.2, 2.0, 0.55):
        wide = float(rng.uniform(0.2, 0.4))
        scene.mesh.add_panel(
            frame,
            (
                float(x),
                float(x) + wide,
            ),
            (2.95, 3.45),
            0.18,
            Paint((0.5, 0.5, 0.5), (5.0, 5.0, 4.8)),
        )
    for x in (-4.5, -1.5, 1.5, 4.5):
        warm = Paint((0.3, 0.3, 0.3), (1.6, 1.3, 0.95), panels_m=0.7, groove=0.5, grain=0.5)
        scene.mesh.add_panel(frame, (x - 1.2, x + 1.2), (0.4, 2.3), 0.05, warm)


def put_moon(scene: Scene, azimuth_deg: float, rng: np.random.Generator) -> None:
    """A moon low over the roofs, far enough not to move."""
    turn, rise = np.radians(azimuth_deg), np.radians(float(rng.uniform(8, 20)))
    way = np.array([np.sin(turn) * np.cos(rise), np.cos(turn) * np.cos(rise), np.sin(rise)])
    tint = np.array([1.0, 0.9, 0.75]) * float(rng.uniform(2e4, 1.2e5))
    scene.lamps.append(Lamp(way * 3000.0, tint, size_m=14.0))


def put_distant_lights(scene: Scene, around: Points, rng: np.random.Generator) -> None:
    """Lit windows and lamps of other streets, far away between the houses."""
    for _ in range(int(rng.integers(3, 22))):
        turn, far = rng.uniform(0, 2 * np.pi), rng.uniform(70, 190)
        place = around + np.array([far * np.sin(turn), far * np.cos(turn), rng.uniform(0.5, 7)])
        tint = colour.kelvin_tint(float(rng.random()))
        scene.lamps.append(Lamp(place, tint * float(np.exp(rng.normal(1.5, 1.2)))))
