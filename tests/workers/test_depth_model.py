"""An operator's depth model: it runs with the scorer, and its metres go before those of geometry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.exceptions import ImproperlyConfigured

from server.core.readers import depth_model
from server.drives import runs
from server.drives.models import Drive, Stage
from server.frames.models import FrameScore, Region
from server.houses.models import DistanceBy, HouseScore, Sighting
from tests.workers.walk import files_of, send, submit_and_walk, walk_on
from workers import scoring

AWAY_M = 17.5


def constant_depth(path: Path, kind: str = "metric") -> Path:
    """A depth model in the layout of Depth Anything that sees everything 17.5 m away, with its card beside it."""
    onnx = pytest.importorskip("onnx", reason="onnx is an extra: the depth graph is left out.")
    helper, number = onnx.helper, onnx.TensorProto.FLOAT
    constants = {"nothing": np.float32(0), "away": np.float32(AWAY_M)}
    graph = helper.make_graph(
        [
            helper.make_node("ReduceMean", ["pixel_values"], ["grey"], axes=[1], keepdims=0),
            helper.make_node("Mul", ["grey", "nothing"], ["zeros"]),
            helper.make_node("Add", ["zeros", "away"], ["depth"]),
        ],
        "depth",
        [helper.make_tensor_value_info("pixel_values", number, [1, 3, "height", "width"])],
        [helper.make_tensor_value_info("depth", number, [1, "height", "width"])],
        [onnx.numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(path))
    path.with_suffix(".json").write_text(json.dumps({"kind": kind, "long_side": 70}))
    return path


@pytest.fixture
def named(settings: Any) -> Iterator[Any]:
    """Names a depth model for this test, and forgets it after."""
    scoring.depth_model.cache_clear()

    def name(path: Path) -> None:
        settings.DEPTH_MODEL = path

    yield name
    scoring.depth_model.cache_clear()


def few(evening: Path) -> dict[str, bytes]:
    return dict(list(files_of(evening / "photos").items())[:6])


@pytest.mark.django_db
def test_the_metres_of_a_depth_model_go_before_those_of_geometry(
    evening: Path, tmp_path: Path, named: Any
) -> None:
    named(constant_depth(tmp_path / "metric.onnx"))
    submit_and_walk(send(few(evening)))
    assert set(Region.objects.values_list("depth_m", flat=True)) == {AWAY_M}
    assert set(Sighting.objects.values_list("distance_by", flat=True)) == {DistanceBy.MODEL}
    assert min(Sighting.objects.values_list("distance_m", flat=True)) >= AWAY_M


@pytest.mark.django_db
def test_a_depth_model_that_cannot_be_run_costs_the_depths_and_no_frame(
    evening: Path, tmp_path: Path, named: Any
) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no graph")
    broken.with_suffix(".json").write_text('{"kind": "metric"}')
    named(broken)
    drive = submit_and_walk(send(few(evening)))
    assert (drive.stage, FrameScore.objects.count()) == (Stage.DONE, 6)
    assert set(Region.objects.values_list("depth_m", flat=True)) == {None}


def facts() -> dict[str, list[Any]]:
    """What is known of sightings and houses, by region and by house."""
    sightings = Sighting.objects.order_by("region_id")
    return {
        "lit": list(sightings.values_list("lit_sr", "lit_m2", "share_at_reference")),
        "distances": list(sightings.values_list("distance_m", flat=True)),
        "times": list(sightings.values_list("frame__captured_at", flat=True)),
        "sides": list(sightings.values_list("side", flat=True)),
        "scores": list(HouseScore.objects.order_by("house_id").values_list("fair_festivity", "lit_front_m2")),
    }


def changed(before: dict[str, list[Any]]) -> set[str]:
    return {name for name, now in facts().items() if now != before[name]}


@pytest.mark.django_db
def test_a_changed_camera_changes_what_was_seen_without_the_network(
    evening: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = submit_and_walk(send(few(evening)))
    assert set(Region.objects.values_list("depth_m", flat=True)) == {None}
    monkeypatch.setattr(scoring.network(), "score", None)
    for change, follows in (
        ({"field_of_view_deg": 90.0}, {"lit", "distances", "scores"}),
        ({"mount_angle_deg": 75.0}, {"lit", "distances", "scores"}),
        ({"clock_offset_ms": 60_000}, {"times"}),
        ({"mount_angle_deg": -90.0}, {"sides", "lit"}),
    ):
        before = facts()
        drive.cameras.update(**change)
        assert runs.place_again(drive)
        assert walk_on(drive).stage == Stage.DONE
        assert follows <= changed(before), change
    assert not runs.place_again(Drive.objects.create(driver=drive.driver, title="on its way"))


def test_no_depth_model_is_named_by_default() -> None:
    assert depth_model("") is None


@pytest.mark.parametrize("kind", ["inverse", "relative", ""])
def test_a_depth_model_without_metres_is_refused_at_start(kind: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="has to give metres"):
        depth_model(str(constant_depth(tmp_path / "d.onnx", kind)))


@pytest.mark.parametrize("card", ["[1]", "{", '"metric"'])
def test_a_card_that_is_none_is_refused_at_start(card: str, tmp_path: Path) -> None:
    path = constant_depth(tmp_path / "d.onnx")
    path.with_suffix(".json").write_text(card)
    with pytest.raises(ImproperlyConfigured, match="metric"):
        depth_model(str(path))


def test_a_file_that_is_not_there_is_refused_at_start(tmp_path: Path) -> None:
    (tmp_path / "folder.onnx").mkdir()
    for named in ("nowhere.onnx", "folder.onnx", "model.bin"):
        with pytest.raises(ImproperlyConfigured, match="no ONNX file"):
            depth_model(str(tmp_path / named))
