"""Towns at night, where much shines and nothing is festive: pictures that teach a scorer what to leave alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from ml.tools.render import lens
from ml.tools.render.avenue import build_avenue
from ml.tools.render.blocks import build_flats, build_plain_houses
from ml.tools.render.camera import Camera, aim
from ml.tools.render.draw import Picture, Shot, take_picture
from ml.tools.render.everyday import put_moon
from ml.tools.render.lens import Phone
from ml.tools.render.motorway import build_car_park, build_motorway
from ml.tools.render.scene import Night, Scene, draw_night
from ml.tools.render.skyline import build_harbour, build_hillside
from ml.tools.render.square import build_square
from ml.tools.render.traffic import put_bonnet
from ml.tools.render.trim import trim

KINDS = {
    "harbour": 0.14,
    "hillside": 0.1,
    "avenue": 0.26,
    "flats": 0.14,
    "houses": 0.11,
    "motorway": 0.09,
    "park": 0.08,
    "square": 0.08,
}
SEED_OF_TOWNS = 3031
Report = Callable[[int, int], None]


def render_towns(out: Path, seed: int, count: int, report: Report | None = None) -> None:
    """Write `count` pictures of towns as `photos/town_NNNNN.jpg` with all-black `masks/town_NNNNN.png`, both 800x450.

    The same seed gives the same bytes, and a smaller count the same first pictures.
    """
    for kind in ("photos", "masks"):
        (out / kind).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        picture, quality = render_town(seed, number)
        name = f"town_{number:05d}"
        (out / "photos" / f"{name}.jpg").write_bytes(lens.to_jpeg(picture.rgb, quality))
        Image.fromarray(picture.mask.astype(np.uint8) * 255).save(
            out / "masks" / f"{name}.png", optimize=True
        )
        if report:
            report(number + 1, count)


def render_town(seed: int, number: int) -> tuple[Picture, int]:
    """Picture `number` of a seed, and the JPEG quality that goes with it."""
    rng = np.random.default_rng([seed, number, SEED_OF_TOWNS])
    phone, night = draw_eye(rng)
    scene = Scene(night)
    kind = str(rng.choice(list(KINDS), p=list(KINDS.values())))
    camera = build_scene(scene, kind, rng)
    if rng.random() < 0.05:
        put_moon(scene, float(rng.uniform(-40, 40)), rng)
    moving = kind in ("avenue", "motorway", "houses") and rng.random() < 0.6
    blur = (float(np.abs(rng.normal(0, 2.5))), float(rng.normal(0, 1.2))) if moving else (0.0, 0.0)
    gain = float(np.exp(rng.normal(0.7, 0.75)))
    trim(scene.mesh, camera)
    picture = take_picture(scene, camera, phone, Shot(blur, float(rng.normal(0, 0.8)), gain), rng)
    return picture, phone.quality


def build_scene(scene: Scene, kind: str, rng: np.random.Generator) -> Camera:
    """Fill a scene of one kind of `KINDS`, and stand where people take such pictures."""
    if kind == "harbour":
        build_harbour(scene, rng)
        return look(
            rng, float(np.exp(rng.uniform(0.7, 3.2))), float(rng.normal(0, 12)), float(rng.normal(3, 3)), 38
        )
    if kind == "hillside":
        eye_m = float(np.exp(rng.uniform(2.5, 4.4)))
        build_hillside(scene, rng, eye_m)
        return look(rng, eye_m, float(rng.normal(0, 12)), float(rng.normal(-4, 4)), 38)
    if kind in ("flats", "houses"):
        (build_flats if kind == "flats" else build_plain_houses)(scene, rng)
        return look(rng, float(rng.uniform(1.0, 2.2)), float(rng.normal(0, 18)), float(rng.normal(5, 4)))
    if kind == "square":
        build_square(scene, rng)
        return look(
            rng, float(np.exp(rng.uniform(0.4, 2.8))), float(rng.normal(0, 18)), float(rng.normal(-1, 4))
        )
    if kind == "park":
        build_car_park(scene, rng)
        return look(rng, float(rng.uniform(1.1, 2.5)), float(rng.normal(0, 18)), float(rng.normal(3, 3)))
    (build_avenue if kind == "avenue" else build_motorway)(scene, rng)
    turned = float(rng.choice([0.0, rng.uniform(-50, 50), rng.choice([-80, 80])], p=[0.62, 0.23, 0.15]))
    camera = look(
        rng, float(rng.uniform(1.2, 1.6)), turned + float(rng.normal(0, 4)), float(rng.normal(3, 3))
    )
    if turned == 0.0 and rng.random() < 0.4:
        put_bonnet(scene, camera.place, rng)
    return camera


def look(
    rng: np.random.Generator, eye_m: float, turn_deg: float, pitch_deg: float, least_field_deg: float = 48.0
) -> Camera:
    """A camera over the origin that looks more or less to the north."""
    place = np.array([0.0, 0.0, eye_m])
    return aim(place, turn_deg, pitch_deg, float(rng.normal(0, 1.5)), float(rng.uniform(least_field_deg, 84)))


def draw_eye(rng: np.random.Generator) -> tuple[Phone, Night]:
    """A camera and the night that goes with it: a phone in deep night, a dash camera at dusk, a long exposure."""
    phone, night = lens.draw_phone(rng), draw_night(rng)
    lot = rng.random()
    if lot < 0.45:
        return phone, night
    tint = np.array(
        ((0.35, 0.5, 1.0), (0.6, 0.65, 0.8), (1.0, 0.6, 0.35), (0.8, 0.7, 0.65))[int(rng.integers(4))]
    )
    clear = replace(
        phone,
        exposure=phone.exposure * float(np.exp(rng.uniform(0.2, 1.3))),
        smears=phone.smears[:1] if rng.random() < 0.6 else phone.smears,
        glare=phone.glare * float(rng.uniform(0.4, 1.1)),
        softness=min(phone.softness, 1.6),
        colour_in_dark=float(rng.uniform(0.3, 1.0)),
        black=np.full(3, float(rng.uniform(0, 5))),
        noise=phone.noise * float(rng.uniform(0.6, 2.0)),
        quality=int(rng.integers(70, 93)),
    )
    level = float(np.exp(rng.uniform(-2.8, 1.0) if lot < 0.75 else rng.uniform(-4.5, -1.5)))
    wet = float(rng.uniform(0.4, 1.2)) if rng.random() < 0.35 else 0.0
    night = replace(night, sky=tint * level, ambient=tint * level * float(rng.uniform(0.05, 0.4)), wet=wet)
    return add_faults(clear, night, rng)


def add_faults(phone: Phone, night: Night, rng: np.random.Generator) -> tuple[Phone, Night]:
    """Fog, a camera that takes sodium light for orange, or one that hardly knows colours."""
    if rng.random() < 0.08:
        night = replace(
            night, haze=3.0, sky=night.sky * 2 + np.array([0.5, 0.35, 0.2]) * float(rng.uniform(0.05, 0.5))
        )
        phone = replace(phone, glare=phone.glare * 4)
    lot = rng.random()
    if lot < 0.1:
        return replace(phone, white=np.array([1.5, 0.75, 0.35])), night
    if lot < 0.18:
        return replace(phone, white=np.array([0.8, 1.0, 1.3]), colour_in_dark=0.0), night
    return phone, night
