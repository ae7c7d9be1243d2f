"""Pictures of towns in which nothing is festive, and the murals that their walls are made of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.cli import main
from ml.tools.render import render_towns
from ml.tools.render.avenue import build_avenue
from ml.tools.render.camera import aim
from ml.tools.render.draw import Picture, Shot, take_picture
from ml.tools.render.facade import MANNERS, draw_facade
from ml.tools.render.lens import draw_phone
from ml.tools.render.mesh import Frame3, Mesh, Paint
from ml.tools.render.mural import glints
from ml.tools.render.raster import draw_faces, empty_buffers
from ml.tools.render.scene import Night, Scene
from ml.tools.render.signs import draw_sign
from ml.tools.render.skyline import build_harbour
from ml.tools.render.trim import trim
from ml.truth import rendered_pictures

COUNT = 6
EYE = aim(np.array([0.0, 0.0, 1.4]), 0.0, 3.0, 0.0, 70.0)


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("towns")
    render_towns(folder, 11, COUNT)
    return folder


def photos(folder: Path) -> list[np.ndarray]:
    return [np.asarray(Image.open(path)).astype(float) for path in sorted(folder.glob("photos/*.jpg"))]


def photograph(scene: Scene) -> Picture:
    return take_picture(scene, EYE, draw_phone(np.random.default_rng(8)), Shot(), np.random.default_rng(1))


def dark_scene(wet: float = 0.0) -> Scene:
    return Scene(Night(np.zeros(3), np.full(3, 0.003), wet=wet))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(towns: Path, tmp_path: Path) -> None:
    render_towns(tmp_path / "again", 11, 1)
    render_towns(tmp_path / "other", 12, 1)
    for path in (tmp_path / "again").rglob("*.*"):
        assert path.read_bytes() == (towns / path.relative_to(tmp_path / "again")).read_bytes()
    first = "photos/town_00000.jpg"
    assert (tmp_path / "other" / first).read_bytes() != (towns / first).read_bytes()


def test_towns_are_read_as_pictures_of_nothing_festive(towns: Path) -> None:
    pictures = rendered_pictures(towns)
    assert len(pictures) == COUNT
    assert all(picture.mask().shape == (450, 800) and not picture.mask().any() for picture in pictures)


def test_every_town_looks_different(towns: Path) -> None:
    seen = photos(towns)
    apart = [np.abs(seen[a] - seen[b]).mean() for a in range(COUNT) for b in range(a)]
    assert min(apart) > 1.0


def test_towns_are_dark_and_lit_in_places(towns: Path) -> None:
    seen = photos(towns)
    lit = [float((photo.max(axis=2) > 128).mean()) for photo in seen]
    assert 0.002 < float(np.mean(lit)) < 0.2
    assert sum(float(np.median(photo)) < 70 for photo in seen) >= COUNT - 1


def test_the_command_draws_as_many_towns_as_asked_for(tmp_path: Path) -> None:
    assert main(["render", str(tmp_path), "--towns", "2", "--seed", "3", "--quiet"]) == 0
    assert [path.stem for path in sorted(tmp_path.glob("masks/*.png"))] == ["town_00000", "town_00001"]


def test_no_town_at_all_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["render", str(tmp_path / "out"), "--towns", "0"])
    assert "1 or more" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_picture_on_a_wall_keeps_its_left_and_its_top() -> None:
    scene = dark_scene()
    wall = np.zeros((8, 8, 6), dtype=np.float32)
    wall[:4, :4, 3] = wall[:4, 4:, 4] = wall[4:, :, 5] = 8.0
    scene.paint_wall(Frame3.facing(0.0, 12.0, 180.0), (-5.0, 5.0), (0.0, 4.0), 0.0, wall)
    rgb = photograph(scene).rgb.astype(int)
    parts = [rgb[120:190, 250:330], rgb[120:190, 470:550], rgb[230:260, 250:550]]
    assert [int(part.mean(axis=(0, 1)).argmax()) for part in parts] == [0, 1, 2]


def test_a_lit_wall_is_mirrored_by_wet_ground_and_not_by_dry() -> None:
    levels = []
    for wet in (0.0, 5.0):
        scene = dark_scene(wet)
        corners = np.array([(-30, 1, 0), (30, 1, 0), (30, 15, 0), (-30, 15, 0)], dtype=float)
        scene.mesh.add(corners, Paint((0.01, 0.01, 0.01), wets=True), 0, True)
        glow = np.full((8, 8, 6), 4.0, dtype=np.float32)
        scene.paint_wall(Frame3.facing(0.0, 16.0, 180.0), (-5.0, 5.0), (1.0, 5.0), 0.0, glow)
        levels.append(float(photograph(scene).rgb[330:400, 350:450].mean()))
    assert levels[1] > levels[0] + 5


def test_the_points_that_stand_for_a_wall_carry_all_of_its_light() -> None:
    scene = dark_scene()
    glow = np.full((12, 30, 6), 2.0, dtype=np.float32)
    scene.paint_wall(Frame3.facing(3.0, 16.0, 180.0), (-5.0, 5.0), (1.0, 5.0), 0.0, glow)
    places, powers = glints(scene.murals[0])
    assert powers.sum(axis=0) == pytest.approx([2.0 * 40.0] * 3, rel=1e-5)
    assert places.mean(axis=0) == pytest.approx([3.0, 16.0, 3.0])


def test_a_part_of_a_long_street_keeps_its_murals_on_their_own_faces() -> None:
    scene = dark_scene()
    for y in (500.0, 12.0):
        scene.paint_wall(Frame3.facing(0.0, y, 180.0), (-5, 5), (0, 4), 0.0, np.zeros((4, 4, 6), np.float32))
    near = scene.near(np.zeros(3), 60.0)
    assert [mural.face for mural in near.murals] == [0]
    assert near.murals[0].corners() == pytest.approx(near.mesh.corners[0])


def test_a_road_that_begins_behind_the_camera_runs_straight_to_the_horizon() -> None:
    mesh = Mesh()
    mesh.add(
        np.array([(-8, -60, 0.02), (8, -60, 0.02), (8, 400, 0.02), (-8, 400, 0.02)], float), Paint((1, 1, 1))
    )
    trim(mesh, EYE)
    buffers = empty_buffers(EYE)
    draw_faces(buffers, EYE, mesh.corners, mesh.ground)
    wanted = EYE.to_pixels(EYE.to_camera(np.array([(8.0, 12.0, 0.02), (8.0, 30.0, 0.02)])))
    for x, y in wanted:
        assert np.flatnonzero(buffers.surface[int(y)] == 0).max() == pytest.approx(x, abs=4)


@pytest.mark.parametrize("kind", MANNERS)
def test_fronts_of_every_kind_have_dark_windows_and_some_have_lit_ones(kind: str) -> None:
    fronts = [draw_facade(np.random.default_rng(seed), kind, 24.0, 30.0) for seed in range(6)]
    lit = [float((front[..., 3:].max(axis=2) > 0.05).mean()) for front in fronts]
    assert all(np.isfinite(front).all() and front.min() >= 0 for front in fronts)
    assert 0.0 < float(np.mean(lit)) < 0.75


def test_signs_shine_and_no_two_are_alike() -> None:
    first, second = (draw_sign(np.random.default_rng(seed), 4.0, 1.0) for seed in (1, 2))
    assert first.shape == second.shape
    assert min(first[..., 3:].max(), second[..., 3:].max()) > 0.5
    assert not np.array_equal(first, second)


def test_nothing_in_a_town_is_marked_festive_before_it_is_drawn() -> None:
    scene, rng = dark_scene(), np.random.default_rng(4)
    build_avenue(scene, rng)
    build_harbour(scene, rng)
    assert not any(paint.festive for paint in scene.mesh.paints)
    assert not any(lamp.festive_house for lamp in scene.lamps)
    assert not any(strand.lines for strand in scene.strands)
    assert not scene.sheets
