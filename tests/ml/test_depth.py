"""Festivity by solid angle and by square metre: the formulae, depth graphs, and one display seen from two distances."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.cli import main
from ml.scorer import load_scorer
from ml.tools.depth import DepthError, Pinhole, depth_in, front_of, of_patches, weighted
from ml.tools.depth.model import DepthCard, DepthModel, NothingSeen, in_metres, load_depth_model
from ml.tools.render.billboard import draw_billboards
from ml.tools.render.camera import HEIGHT, WIDTH, aim
from ml.tools.render.display import Recipe, decorate
from ml.tools.render.draw import Picture, Shot, take_picture
from ml.tools.render.house import House, draw_style
from ml.tools.render.lens import draw_phone
from ml.tools.render.raster import draw_faces, empty_buffers
from ml.tools.render.scene import Night, Scene
from ml.tools.render.shell import build_house
from ml.transforms import DEVIATION, MEAN

FIELD_DEG = 70.0
CAMERA = Pinhole(FIELD_DEG, HEIGHT / WIDTH)
METRES_PER_STEP = 0.25
NEAR_M, FAR_M = 16.0, 32.0


def painted(depth_m: np.ndarray) -> np.ndarray:
    """A picture (H, W, 3) whose brightness is its depth, a quarter of a metre to a step."""
    steps = np.rint(np.clip(depth_m / METRES_PER_STEP, 0, 255)).astype(np.uint8)
    return np.repeat(steps[:, :, None], 3, axis=2)


def depth_graph(path: Path, inverse: bool = False, size: tuple[int, int] | None = None) -> Path:
    """A depth model that reads the depth out of a picture's brightness; inverse depth is three times too large."""
    onnx = pytest.importorskip("onnx", reason="onnx is an extra: the depth graph is left out.")
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    constants = {
        "deviation": (255 * METRES_PER_STEP * DEVIATION).reshape(1, 3, 1, 1),
        "mean": (255 * METRES_PER_STEP * MEAN).reshape(1, 3, 1, 1),
    }
    if inverse:
        constants |= {"three": np.array(3.0), "little": np.array(1e-3)}
    nodes = [
        helper.make_node("Mul", ["pixel_values", "deviation"], ["scaled"]),
        helper.make_node("Add", ["scaled", "mean"], ["colours"]),
        helper.make_node("ReduceMean", ["colours"], ["metres" if inverse else "depth"], axes=[1], keepdims=0),
    ]
    if inverse:
        nodes += [
            helper.make_node("Max", ["metres", "little"], ["some"]),
            helper.make_node("Div", ["three", "some"], ["depth"]),
        ]
    rows, columns = size or ("height", "width")
    graph = helper.make_graph(
        nodes,
        "depth",
        [helper.make_tensor_value_info("pixel_values", kind, [1, 3, rows, columns])],
        [helper.make_tensor_value_info("depth", kind, [1, rows, columns])],
        [onnx.numpy_helper.from_array(np.float32(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(path))
    return path


def seen_from(distance_m: float) -> tuple[Picture, np.ndarray]:
    """One and the same display, and the true depth (H, W) in metres of every pixel."""
    scene = Scene(Night(np.zeros(3), np.full(3, 0.003)))
    house = House(1, 0.0, distance_m, 180.0, 9.0, draw_style(np.random.default_rng(5)), 1)
    parts = ("eaves", "icicles", "inflatable", "deer")
    decorate(scene, house, build_house(scene.mesh, house), Recipe(parts, "multi", "cool", 0.2, 0.2, 5))
    camera = aim(np.array([0.0, 0.0, 1.4]), 0.0, 3.0, 0.0, FIELD_DEG)
    buffers = empty_buffers(camera)
    draw_faces(buffers, camera, scene.mesh.corners, scene.mesh.ground)
    draw_billboards(buffers, camera, scene.billboards, len(scene.mesh.corners))
    picture = take_picture(
        scene, camera, draw_phone(np.random.default_rng(8)), Shot(), np.random.default_rng(1)
    )
    return picture, 1 / np.maximum(buffers.nearness, 1e-6)


@pytest.fixture(scope="module")
def views() -> list[tuple[Picture, np.ndarray]]:
    return [seen_from(NEAR_M), seen_from(FAR_M)]


def apart(found: list[float]) -> float:
    """How many times larger the larger of two is, as a logarithm: 0 where they agree."""
    return abs(math.log(found[0] / found[1]))


def test_solid_angles_sum_to_the_pictures_own_whatever_the_grid():
    wide = Pinhole(90, 1.0)
    sixth_of_all = 4 * math.pi / 6
    assert wide.solid_angles(1, 1).sum() == pytest.approx(sixth_of_all)
    assert wide.solid_angles(9, 31).sum() == pytest.approx(sixth_of_all)


def test_a_small_patch_has_the_solid_angle_of_the_limit():
    angles = CAMERA.solid_angles(450, 800)
    slope = math.atan(0.5 / CAMERA.focal)
    assert angles[225, 400] == pytest.approx(1 / (800 * CAMERA.focal) ** 2, rel=0.001)
    assert angles[225, 799] == pytest.approx(math.cos(slope) ** 3 / (800 * CAMERA.focal) ** 2, rel=0.005)


def test_metres_at_a_distance_are_those_of_a_pinhole():
    half = Pinhole(90, 0.5)
    assert half.metres_per_pixel(np.array([10.0]), 1000)[0] == pytest.approx(0.02)
    assert half.areas_m2(np.full((7, 5), 10.0)).sum() == pytest.approx(20 * 10)
    front = front_of((0.25, 0.5, 0.75, 1.0), 0.1, half, 10.0)
    assert (front.width_m, front.height_m) == (pytest.approx(10), pytest.approx(5))
    assert front.festive_m2 == pytest.approx(0.1 * 200)


def test_what_is_seen_at_the_edge_is_nearer_along_the_axis_than_on_the_map():
    assert Pinhole(90, 0.5).axial_m(10, 1.0) == pytest.approx(10 / math.sqrt(2))
    assert Pinhole(90, 0.5).axial_m(10) == 10


def test_festivity_by_angle_and_by_metre_stays_between_nothing_and_all():
    everything = weighted(np.ones((4, 6), dtype=np.float32), CAMERA, np.full((4, 6), 12.0))
    nothing = weighted(np.zeros((4, 6), dtype=np.float32), CAMERA, np.full((4, 6), 12.0))
    assert (everything.per_solid_angle, everything.per_square_metre) == (pytest.approx(1), pytest.approx(1))
    assert (nothing.per_solid_angle, nothing.per_square_metre) == (0, 0)
    assert weighted(np.ones((4, 6), dtype=np.float32), CAMERA).per_square_metre is None


def test_the_sky_is_no_front():
    depth_m = np.array([[np.inf, 500.0], [10.0, 10.0]])
    found = weighted(np.ones((2, 2), dtype=np.float32), CAMERA, depth_m)
    assert found.front_m2 == pytest.approx(CAMERA.areas_m2(np.full((2, 2), 10.0)).sum() / 2)


def test_a_patch_is_as_far_as_what_stands_in_front():
    depth_m = np.full((40, 40), 200.0)
    depth_m[:20, :5] = 12.0
    assert of_patches(depth_m, 2, 2).tolist() == [[12.0, 200.0], [200.0, 200.0]]


def test_the_depth_of_a_box_is_that_of_its_light():
    depth_m = np.array([[50.0, 14.0, 15.0, 50.0]])
    lit = np.array([[0.0, 0.9, 0.2, 1.0]], dtype=np.float32)
    assert depth_in((0.0, 0.0, 0.75, 1.0), lit, depth_m) == 14
    assert depth_in((0.0, 0.0, 0.25, 1.0), lit, depth_m) == math.inf


@pytest.mark.parametrize(("inverse", "kind"), [(False, "metric"), (False, "relative"), (True, "inverse")])
def test_every_kind_of_depth_graph_gives_metres(inverse, kind, tmp_path):
    depth_m = np.full((90, 160), 40.0)
    depth_m[30:60, 50:110] = 10.0
    model = load_depth_model(depth_graph(tmp_path / "d.onnx", inverse), kind)
    found = of_patches(in_metres(model.depth(painted(depth_m)), kind, 10.0), 3, 3)
    assert found[1, 1] == pytest.approx(10, abs=0.2)
    assert found[0, 0] == pytest.approx(40, rel=0.02)


def test_a_graph_of_one_size_is_given_that_size(tmp_path):
    model = load_depth_model(depth_graph(tmp_path / "d.onnx", size=(28, 42)), "metric")
    assert model.depth(painted(np.full((90, 160), 9.0))).shape == (28, 42)


def test_a_card_beside_the_graph_says_what_it_gives(tmp_path):
    path = depth_graph(tmp_path / "d.onnx")
    path.with_suffix(".json").write_text(json.dumps({"kind": "metric", "long_side": 70, "about": "a test"}))
    model = load_depth_model(path)
    assert model.card == DepthCard("metric", 70, 14)
    assert model.depth(painted(np.full((90, 160), 9.0))).shape == (42, 70)
    assert load_depth_model(path, "relative").card.kind == "relative"


def test_one_display_from_two_distances_agrees_by_true_depth(views, tmp_path):
    model = load_depth_model(depth_graph(tmp_path / "d.onnx"), "metric")
    shares, metres = [], []
    for picture, depth_m in views:
        mask = picture.mask.astype(np.float32)
        seen = in_metres(model.depth(painted(depth_m)), "metric")
        shares.append(float(mask.mean()))
        metres.append(weighted(mask, CAMERA, of_patches(seen, HEIGHT, WIDTH)).festive_m2)
    assert apart(shares) > math.log(3.5)
    assert apart(metres) < 0.15 * apart(shares)


def test_one_display_from_two_distances_agrees_by_the_map_of_the_scorer_and_geometry_alone(views):
    scorer = load_scorer(threads=1)
    shares, metres = [], []
    for distance_m, scored in zip(
        (NEAR_M, FAR_M), scorer.score([picture.rgb for picture, _ in views]), strict=True
    ):
        shares.append(scored.festivity)
        fronts = [front_of(region.box, region.share, CAMERA, distance_m) for region in scored.regions]
        metres.append(sum(front.festive_m2 for front in fronts))
    assert apart(shares) > math.log(2)
    assert apart(metres) < 0.4 * apart(shares)


@pytest.mark.parametrize("field_deg", [0.0, 180.0, math.nan])
def test_a_field_of_view_that_no_camera_has_is_refused(field_deg):
    with pytest.raises(DepthError, match="field of view"):
        Pinhole(field_deg, 0.5)


@pytest.mark.parametrize("distance_m", [0.0, -3.0, math.inf, math.nan])
def test_a_distance_that_no_house_has_is_refused(distance_m):
    with pytest.raises(DepthError, match="distance"):
        front_of((0, 0, 1, 1), 0.1, CAMERA, distance_m)


def test_relative_depth_without_a_known_distance_is_refused():
    with pytest.raises(DepthError, match="--distance-m"):
        in_metres(np.ones((3, 3), dtype=np.float32), "inverse")
    with pytest.raises(NothingSeen):
        in_metres(np.zeros((3, 3), dtype=np.float32), "inverse", 10.0)


def test_a_map_and_a_depth_of_other_shapes_are_refused():
    with pytest.raises(DepthError, match="agree"):
        weighted(np.zeros((2, 2), dtype=np.float32), CAMERA, np.ones((3, 3)))


def photo_of(folder: Path) -> Path:
    """A dark picture, half of it painted 12.5 metres away."""
    depth_m = np.zeros((90, 160))
    depth_m[45:] = 12.5
    Image.fromarray(painted(depth_m)).save(folder / "photo.png")
    return folder / "photo.png"


def test_the_command_measures_with_and_without_a_model(tmp_path, capsys):
    photo, model = photo_of(tmp_path), depth_graph(tmp_path / "d.onnx")
    assert main(["depth", str(photo), "--json"]) == 0
    alone = json.loads(capsys.readouterr().out)
    assert (alone["depth"], alone["front_m2"]) == (None, None)
    assert 0 <= alone["per_solid_angle"] <= 1
    measured = ["--model", str(model), "--kind", "metric", "--out", str(tmp_path / "out")]
    assert main(["depth", str(photo), *measured, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    camera = Pinhole(70, 90 / 160)
    assert found["depth"] == "d.onnx"
    assert found["front_m2"] == pytest.approx(camera.areas_m2(np.full((2, 1), 12.5))[0, 0], rel=0.05)
    with Image.open(found["picture"]) as picture:
        assert picture.size == (3 * 406 + 6, 255 + 6)
    assert main(["depth", str(photo), "--distance-m", "20"]) == 0
    assert "m² of" in capsys.readouterr().out


def refused(capsys, *arguments: str) -> str:
    """What the command says on its way to exit code 2."""
    assert main(["depth", *arguments]) == 2
    return capsys.readouterr().err


def test_files_that_are_no_depth_model_are_refused(tmp_path, capsys):
    photo, good = str(photo_of(tmp_path)), depth_graph(tmp_path / "d.onnx")
    cut = tmp_path / "cut.onnx"
    cut.write_bytes(good.read_bytes()[:200])
    assert "cannot be read as an ONNX" in refused(capsys, photo, "--model", str(cut), "--kind", "metric")
    assert "knows no metres" in refused(capsys, photo, "--model", str(good))
    assert "no depth model at" in refused(capsys, photo, "--model", str(tmp_path))
    (tmp_path / "d.json").write_text("[1]")
    assert "is no card" in refused(capsys, photo, "--model", str(good))
    (tmp_path / "d.json").write_text('{"kind": "guess"}')
    assert "'guess' is none of them" in refused(capsys, photo, "--model", str(good))
    (tmp_path / "d.json").write_text('{"patch": 0}')
    assert "whole numbers" in refused(capsys, photo, "--model", str(good))


def test_pictures_that_are_not_there_are_refused(tmp_path, capsys):
    assert "no pictures" in refused(capsys, str(tmp_path))
    assert "field of view of 179" in refused(capsys, str(photo_of(tmp_path)), "--field-deg", "179")


def test_a_graph_that_gives_no_depth_is_refused(tmp_path):
    onnx = pytest.importorskip("onnx", reason="onnx is an extra.")
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])],
        "same",
        [helper.make_tensor_value_info("x", kind, [1, 3, "h", "w"])],
        [helper.make_tensor_value_info("y", kind, [1, 3, "h", "w"])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(tmp_path / "x.onnx"))
    with pytest.raises(DepthError, match="is no depth model"):
        DepthModel(tmp_path / "x.onnx", DepthCard()).depth(painted(np.ones((20, 20))))
