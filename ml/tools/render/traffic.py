"""Cars, buses, traffic lights and road marks of a town, and the lamps over its roads."""

from __future__ import annotations

import numpy as np

from ml.tools.render import colour
from ml.tools.render.distance import far_lights
from ml.tools.render.everyday import (
    CAR_PAINTS,
    DOWN,
    GLASS,
    PICKUP,
    SEDAN,
    VAN,
    add_body,
    add_car_light,
)
from ml.tools.render.facade import draw_facade
from ml.tools.render.light import Lamp
from ml.tools.render.mesh import Frame3, Paint, Points, glowing
from ml.tools.render.scene import Scene

TARMAC = Paint((0.07, 0.07, 0.07), grain=0.12, grain_m=0.8, wets=True)
SLABS = Paint((0.16, 0.155, 0.15), panels_m=0.9, boards_m=0.9, groove=0.12, wets=True)
MARKS = Paint((0.5, 0.5, 0.47), grain=0.3)
YELLOW_MARKS = Paint((0.5, 0.36, 0.08), grain=0.3)
METAL = Paint((0.06, 0.06, 0.06))
TAIL = np.array([1.0, 0.02, 0.01])
HEAD = np.array([1.0, 0.93, 0.8])
MODEL_REACH_M = 55.0
SIGNALS = (colour.RED, colour.RED, colour.AMBER, (0.03, 0.9, 0.45), (0.03, 0.9, 0.45))


def put_driving_car(scene: Scene, x: float, y: float, towards_us: bool, rng: np.random.Generator) -> None:
    """A car that drives north or, `towards_us`, south; far away only its lights are drawn."""
    braking = bool(rng.random() < 0.3)
    if y > MODEL_REACH_M:
        put_far_car(scene, x, y, towards_us, braking, rng)
        return
    frame = Frame3.facing(x, y, 0.0 if towards_us else 180.0)
    shade = float(rng.uniform(0.6, 1.1))
    red, green, blue = CAR_PAINTS[int(rng.integers(len(CAR_PAINTS)))]
    profile = (SEDAN, SEDAN, VAN, PICKUP)[int(rng.integers(4))]
    add_body(scene, frame, profile, Paint((red * shade, green * shade, blue * shade), gloss=0.2, grain=0.02))
    add_tailgate(scene, frame, profile)
    for side in (-0.62, 0.62):
        for at, part in ((-2.3, "head"), (2.3, "tail")):
            add_car_light(scene, frame, (side, at, 0.8), part, False)
    back = -1.0 if towards_us else 1.0
    for side in (-0.64, 0.64):
        if towards_us:
            place = np.array([x + side, y - 2.5, 0.75])
            scene.lamps.append(
                Lamp(place, HEAD * float(rng.uniform(60, 260)), np.array([0.0, -1.0, -0.04]), 8.0)
            )
        else:
            place = frame.place([(side, 2.5 * back, 0.85)])[0]
            scene.lamps.append(Lamp(place, TAIL * (9.0 if braking else 2.5), size_m=0.09))
    if not towards_us and rng.random() < 0.7:
        plate = Paint((0.5, 0.5, 0.5), (0.25, 0.24, 0.2))
        scene.mesh.add_panel(frame, (-0.25, 0.25), (0.55, 0.68), 2.42, plate)


def add_tailgate(scene: Scene, frame: Frame3, profile: tuple[tuple[float, float], ...]) -> None:
    """A dark bumper, and the rear window of what is high enough to have an upright one."""
    scene.mesh.add_panel(frame, (-0.87, 0.87), (0.4, 0.58), 2.67, Paint((0.02, 0.02, 0.02)))
    if profile is VAN:
        scene.mesh.add_panel(frame, (-0.72, 0.72), (1.15, 1.65), 2.45, GLASS)


def put_far_car(
    scene: Scene, x: float, y: float, towards_us: bool, braking: bool, rng: np.random.Generator
) -> None:
    places = np.array([[x - 0.65, y, 0.75], [x + 0.65, y, 0.75]])
    power = HEAD * float(rng.uniform(40, 200)) if towards_us else TAIL * (10.0 if braking else 3.0)
    scene.strands.append(far_lights(places, np.tile(power, (2, 1))))


def put_bus(scene: Scene, x: float, y: float, towards_us: bool, rng: np.random.Generator) -> None:
    """A bus with its inside lit and a line number over the windscreen."""
    paint = Paint(CAR_PAINTS[int(rng.integers(len(CAR_PAINTS)))], gloss=0.1)
    frame = Frame3.facing(x, y, 180.0)
    scene.mesh.add_box(frame, (-1.25, -11, 0.4), (1.25, 0, 3.0), paint)
    light = colour.kelvin_tint(float(rng.uniform(0, 0.5))) * float(rng.uniform(0.4, 1.4))
    glass = glowing(light, 0.05, panels_m=1.4, groove=0.8)
    scene.mesh.add_panel(frame, (-1.1, 1.1), (1.5, 2.5), 0.05, glass)
    sign = Paint((0.05, 0.05, 0.05), (2.0, 0.9, 0.1), panels_m=0.2, groove=0.9)
    scene.mesh.add_panel(frame, (-0.7, 0.7), (2.62, 2.88), 0.06, sign)
    for side in (-1, 1):
        flank = Frame3.facing(x + side * 1.27, y + 5.5, 90.0 * side)
        scene.mesh.add_panel(flank, (-5.2, 5.2), (1.4, 2.5), 0.03, glass)
    lamp = HEAD * 120 if towards_us else TAIL * 5
    scene.strands.append(
        far_lights(np.array([[x - 1, y - 0.2, 0.8], [x + 1, y - 0.2, 0.8]]), np.tile(lamp, (2, 1)))
    )


def put_own_beam(scene: Scene, rng: np.random.Generator) -> None:
    """The low beam of the car that carries the camera."""
    aim = np.array([0.0, 1.0, -0.08])
    for x in (-0.6, 0.6):
        power = HEAD * float(rng.uniform(40, 350))
        scene.lamps.append(Lamp(np.array([x, 1.8, 0.7]), power, aim / np.linalg.norm(aim), 9.0, seen=False))


def put_bonnet(scene: Scene, eye: Points, rng: np.random.Generator) -> None:
    """The bonnet of the own car at the lower edge of the picture, in which lamps shine."""
    far, drop = float(rng.uniform(1.6, 2.1)), float(rng.uniform(0.5, 0.68))
    corners = [(-0.9, 0.35, -0.36), (0.9, 0.35, -0.36), (0.75, far, -drop), (-0.75, far, -drop)]
    shade = float(rng.uniform(0.005, 0.08))
    paint = Paint((shade, shade, shade * 1.1), gloss=0.3, grain=0.05)
    scene.mesh.add(np.array(corners) + np.array([eye[0], eye[1], eye[2]]), paint)


def put_signal(scene: Scene, x: float, y: float, overhead: bool, rng: np.random.Generator) -> None:
    """Traffic lights on a pole at (x, y), and on an arm over the road where `overhead`."""
    tall = 5.8 if overhead else 3.4
    frame = Frame3.facing(x, y, 180.0)
    scene.mesh.add_panel(frame, (-0.08, 0.08), (0, tall), 0, METAL)
    reach = -np.sign(x) * float(rng.uniform(3, 6)) if overhead else 0.0
    tint = np.array(SIGNALS[int(rng.integers(len(SIGNALS)))])
    heads = [0.0, reach] if overhead else [0.0]
    if overhead:
        scene.mesh.add_panel(frame, (min(0.0, reach), max(0.0, reach)), (tall - 0.15, tall), 0, METAL)
    for head in heads:
        low = tall - 1.1 if head else 2.3
        scene.mesh.add_box(frame, (head - 0.18, 0, low), (head + 0.18, 0.2, low + 1.05), METAL)
        lit = 0.85 if tint[0] > 0.9 and tint[1] < 0.2 else 0.52 if tint[0] > 0.9 else 0.2
        place = frame.place([(head, 0.35, low + lit)])[0]
        scene.lamps.append(Lamp(place, tint * float(rng.uniform(12, 45)), size_m=0.11))


def put_walk_signal(scene: Scene, x: float, y: float, rng: np.random.Generator) -> None:
    tint = np.array(SIGNALS[int(rng.integers(len(SIGNALS)))])
    scene.lamps.append(Lamp(np.array([x, y, 2.6]), tint * 5.0, size_m=0.1))


def put_lamp_row(
    scene: Scene, rng: np.random.Generator, x: float, y: tuple[float, float], over_m: float
) -> None:
    """Street lamps along a road at its side `x`, with arms that reach `over_m` (signed) over it."""
    tint = colour.kelvin_tint(float(rng.choice([0.05, 0.35, 0.62, 0.95, 1.0])))
    tall, gap = float(rng.uniform(5, 11)), float(rng.uniform(16, 42))
    globe = bool(rng.random() < 0.2)
    power = float(rng.uniform(150, 600))
    for at in np.arange(y[0] + rng.uniform(0, gap), y[1], gap):
        if rng.random() < 0.06:
            continue
        frame = Frame3.facing(x, float(at), 180.0)
        high = 4.0 if globe else tall
        scene.mesh.add_panel(frame, (-0.07, 0.07), (0, high), 0, METAL)
        reach = 0.0 if globe else over_m
        if not globe:
            arm = [(0, 0, high - 0.4), (0, 0, high - 0.3), (reach, 0, high + 0.05), (reach, 0, high - 0.05)]
            scene.mesh.add(frame.place(arm), METAL)
        place = np.array([x + reach, float(at), high])
        if globe:
            scene.lamps.append(Lamp(place, tint * power * 0.2, size_m=0.22))
        else:
            scene.lamps.append(Lamp(place, tint * power, DOWN, 1.2, size_m=0.2))


def put_shelter(scene: Scene, x: float, y: float, out_deg: float, rng: np.random.Generator) -> None:
    """A bus stop of glass with a lit poster and a tube under its roof."""
    frame = Frame3.facing(x, y, out_deg)
    scene.mesh.add_box(frame, (-2, -1.3, 2.35), (2, 0, 2.5), METAL)
    for at in (-2, 2):
        scene.mesh.add_panel(frame, (at - 0.05, at + 0.05), (0, 2.4), 0, METAL)
    light = colour.kelvin_tint(float(rng.uniform(0, 0.4)))
    poster = draw_facade(rng, "glass", 1.2, 1.8, 14)
    poster[..., 3:] = rng.uniform(0.2, 1.6, 3) * rng.uniform(0.6, 1.2, (*poster.shape[:2], 1))
    poster[poster.shape[0] // 3 : poster.shape[0] // 2, :, 3:] *= rng.uniform(0.05, 1.5, 3)
    scene.paint_wall(Frame3.facing(x, y - 2.05, 180.0), (-0.6, 0.6), (0.5, 2.2), 0, poster)
    scene.lamps.append(Lamp(frame.place([(0, -0.6, 2.25)])[0], light * 12, seen=False))
    tube = glowing(light * 3, 0.3)
    scene.mesh.add_panel(frame, (-1.6, 1.6), (2.25, 2.33), -0.6, tube)
