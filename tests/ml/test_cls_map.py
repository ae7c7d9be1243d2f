import json

import numpy as np
import pytest
from PIL import Image

from ml.cli import main
from ml.tools.cls_map import ClsMapError, Range, cls_map, coloured, range_of


def grid_of(*patches):
    return np.array([patches], dtype=np.float32)


def test_a_map_is_the_cosine_with_each_patch_and_unknown_in_the_dark():
    found = cls_map(np.array([2, 0], dtype=np.float32), grid_of((3, 0), (0, 1), (-1, 0), (1, 1), (0, 0)))
    assert found[0] == pytest.approx([1, 0, -1, np.sqrt(0.5), np.nan], nan_ok=True)


def test_vectors_of_another_length_are_refused():
    with pytest.raises(ClsMapError, match="choose another layer"):
        cls_map(np.zeros(3, dtype=np.float32), grid_of((3, 0)))


def test_one_range_serves_a_set_whatever_is_unknown_in_it():
    maps = [np.array([[0.1, np.nan]], dtype=np.float32), np.array([[0.5, 0.9]], dtype=np.float32)]
    found = range_of(maps)
    assert 0.1 <= found.low < 0.15
    assert 0.85 < found.high <= 0.9
    with pytest.raises(ClsMapError, match="dark"):
        range_of([maps[0][:, 1:]])


def test_nearer_is_lighter_and_unknown_is_black():
    drawn = coloured(np.array([[0.1, 0.3, 0.5, 0.7, np.nan]], dtype=np.float32), Range(0.1, 0.7))[0]
    light = drawn.astype(float).sum(axis=1)
    assert (np.diff(light[:4]) > 0).all()
    assert light[0] > 0
    assert light[4] == 0


def test_equal_maps_are_drawn_without_dividing_by_nothing():
    drawn = coloured(
        np.full((2, 2), 0.4, dtype=np.float32), range_of([np.full((2, 2), 0.4, dtype=np.float32)])
    )
    assert drawn.shape == (2, 2, 3)


@pytest.fixture
def house(tmp_path):
    picture = np.zeros((96, 160, 3), dtype=np.uint8)
    picture[32:64, 96:144] = np.random.default_rng(0).integers(80, 255, (32, 48, 3))
    Image.fromarray(picture).save(tmp_path / "house.png")
    return tmp_path / "house.png"


def test_the_nearest_patch_lies_where_the_light_is(house, tmp_path, capsys):
    assert main(["cls-map", str(house), "--out", str(tmp_path / "maps"), "--layers", "6,12", "--json"]) == 0
    [line] = map(json.loads, capsys.readouterr().out.splitlines())
    for layer in line["layers"]:
        assert 0.5 < layer["best_at"][0] < 1
        assert 0.2 < layer["best_at"][1] < 0.8
        assert -1 <= layer["mean"] <= layer["best"] <= 1
        assert 0.1 < layer["known"] < 0.5
    assert line["file"] == str(tmp_path / "maps" / "house-cls-map.png")


def test_another_pictures_cls_gives_another_map(house, tmp_path, capsys):
    Image.new("RGB", (160, 96), (255, 90, 20)).save(tmp_path / "other.png")
    for more in ([], ["--of", str(tmp_path / "other.png")]):
        assert (
            main(
                [
                    "cls-map",
                    str(house),
                    "--out",
                    str(tmp_path / "maps"),
                    "--json",
                    "--long-side",
                    "160",
                    *more,
                ]
            )
            == 0
        )
    own, other = map(json.loads, capsys.readouterr().out.splitlines())
    assert own["layers"][0]["mean"] != other["layers"][0]["mean"]


def test_what_cannot_be_compared_is_a_sentence_and_exit_code_2(house, tmp_path, capsys):
    Image.new("RGB", (160, 96)).save(tmp_path / "black.png")
    out = ["--out", str(tmp_path / "maps"), "--long-side", "160"]
    assert main(["cls-map", str(tmp_path / "black.png"), *out]) == 2
    assert main(["cls-map", str(house), "--of", str(tmp_path / "gone.png"), *out]) == 2
    assert main(["cls-map", str(house), "--layers", "3", *out]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 3
