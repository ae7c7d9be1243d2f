"""Matches, the movement that explains them, and the judgement of places."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ml.tools.descriptors import DescriptorError, Descriptors
from ml.tools.match.calibrate import Judged, PairsError, calibrated, read_pairs
from ml.tools.match.compare import Settings, compare, locate
from ml.tools.match.draw import draw_matches, draw_points
from ml.tools.match.geometry import find_movement, moved
from ml.tools.match.patches import find_point, mutual_nearest
from ml.tools.match.place import PlaceError, PlaceStatistics, fit_place, read_model, write_model
from ml.tools.match.rendered import flow, photograph
from ml.tools.render.world import Plan, build_world
from ml.vectors import of_length_one


def textured(seed: int = 0, rows: int = 20, columns: int = 30) -> Descriptors:
    """A picture of which every patch looks different."""
    grid = of_length_one(np.random.default_rng(seed).normal(size=(rows, columns, 24)).astype(np.float32))
    return Descriptors(grid, of_length_one(grid.mean(axis=(0, 1))), columns * 16, rows * 16)


def shifted(picture: Descriptors, down: int, right: int, noise: float = 0.05) -> Descriptors:
    """The same, moved; what comes in at the edges is black."""
    grid = np.zeros_like(picture.grid)
    rows, columns = grid.shape[:2]
    grid[down:, right:] = picture.grid[: rows - down, : columns - right]
    grid += (
        np.random.default_rng(9).normal(size=grid.shape).astype(np.float32)
        * noise
        * grid.any(axis=-1)[..., None]
    )
    return Descriptors(of_length_one(grid), picture.cls, picture.width_px, picture.height_px)


def test_patches_that_moved_are_matched_where_they_went() -> None:
    first = textured()
    matches = mutual_nearest(first, shifted(first, 3, 5))
    assert len(matches.start) > 300
    assert np.allclose(matches.end - matches.start, (5 * 16, 3 * 16))
    assert (np.diff(matches.similarity) <= 0).all()


def test_the_ratio_test_drops_a_patch_that_has_a_double_far_away() -> None:
    first = textured()
    second = shifted(first, 0, 0, noise=0.02)
    second.grid[18, 28] = second.grid[4, 4]
    starts = mutual_nearest(first, second, ratio=0.9).start.tolist()
    assert [4.5 * 16, 4.5 * 16] not in starts
    assert [9.5 * 16, 9.5 * 16] in starts


def test_unseen_patches_match_nothing_and_a_black_picture_is_refused() -> None:
    first = textured()
    black = Descriptors(np.zeros_like(first.grid), first.cls, first.width_px, first.height_px)
    with pytest.raises(DescriptorError, match="black all over"):
        mutual_nearest(first, black)
    with pytest.raises(DescriptorError, match="one backbone"):
        mutual_nearest(first, Descriptors(first.grid[..., :7], first.cls, 480, 320))


@pytest.mark.parametrize(
    ("kind", "matrix"),
    [
        ("similarity", [[0.9, -0.2, 30], [0.2, 0.9, -12], [0, 0, 1]]),
        ("affine", [[1.1, 0.1, 5], [-0.1, 0.8, 9], [0, 0, 1]]),
        ("homography", [[1.05, 0.05, 4], [0.02, 0.97, 7], [1e-4, -5e-5, 1]]),
    ],
)
def test_the_movement_is_found_among_many_wrong_matches(kind, matrix) -> None:
    chance = np.random.default_rng(4)
    start = chance.uniform(0, 600, (120, 2))
    end = moved(np.array(matrix, dtype=float), start)
    end[60:] = chance.uniform(0, 600, (60, 2))
    found = find_movement(start, end, 3.0, kind)
    assert found.inliers[:60].all()
    assert found.inliers[60:].sum() <= 3
    assert moved(found.matrix, start[:60]) == pytest.approx(end[:60], abs=1.0)
    assert np.array_equal(found.matrix, find_movement(start, end, 3.0, kind).matrix)


def test_a_picture_upside_down_or_mirrored_is_not_believed() -> None:
    start = np.random.default_rng(4).uniform(0, 600, (50, 2))
    assert find_movement(start, 600 - start, 3.0).inliers.sum() < 10
    assert find_movement(start, start * (-1, 1) + (600, 0), 3.0, "affine").inliers.sum() < 10


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_matches_prove_nothing(count) -> None:
    points = np.arange(2.0 * count).reshape(count, 2)
    assert not find_movement(points, points, 3.0).found


def test_a_point_is_found_within_a_third_of_a_patch() -> None:
    first = textured()
    found = find_point(first, shifted(first, 3, 5), 200.0, 104.0)
    assert (found.x, found.y) == pytest.approx((280, 152), abs=5)
    assert found.similarity > found.rival + 0.2


def test_a_trusted_movement_decides_between_doubles() -> None:
    first = textured()
    second = shifted(first, 3, 5)
    second.grid[1, 1] = first.grid[6, 12]
    point = (12.5 * 16, 6.5 * 16)
    assert find_point(first, second, *point).x == pytest.approx(24, abs=8)
    assert locate(compare(first, second), *point).x == pytest.approx(17.5 * 16, abs=8)


def test_points_outside_or_on_black_are_refused() -> None:
    first = textured()
    first.grid[:4, :4] = 0
    with pytest.raises(DescriptorError, match="is not in the first picture"):
        find_point(first, first, 9999, 3)
    with pytest.raises(DescriptorError, match="nothing to be seen at 10,10"):
        find_point(first, first, 10, 10)


def test_the_same_place_is_told_from_another_also_when_compressed() -> None:
    first, model = textured(), read_model()
    for settings in (Settings(), Settings(pca=12)):
        same, other = (compare(first, b, settings) for b in (shifted(first, 2, 3), textured(seed=8)))
        assert model.chance(same.statistics) > model.chance(other.statistics) + 0.3
        assert same.movement.inliers.sum() > 10 * other.movement.inliers.sum()


def test_the_shipped_coefficients_weigh_agreement_for_and_mere_plenty_against() -> None:
    model = read_model()
    agreeing = PlaceStatistics(inlier_share=0.5, likeness=0.7, cls_likeness=0.9, seen=6.0)
    apart = PlaceStatistics(inlier_share=0.05, likeness=0.45, cls_likeness=0.6, seen=6.0)
    assert model.chance(agreeing) > 0.8
    assert model.chance(apart) < 0.3
    assert "pairs of the same place" in model.fitted_on


def judged(count: int = 40) -> list[Judged]:
    chance = np.random.default_rng(2)
    rows = [(same, chance.normal(0.3 + 0.4 * same, 0.1)) for same in (True, False) for _ in range(count // 2)]
    return [
        Judged(PlaceStatistics(x, x, 0.5, 5.0), same, unseen=number % 2 == 0)
        for number, (same, x) in enumerate(rows)
    ]


def test_calibration_reports_pairs_it_did_not_fit_and_its_file_reads_back(tmp_path: Path) -> None:
    model, figures = calibrated(judged(), "embedded", "made up")
    write_model(model, tmp_path / "place.json")
    assert read_model(tmp_path / "place.json") == model
    assert (figures["pairs"], figures["unseen_pairs"]) == (20, 20)
    assert figures["auc_unseen"] > 0.95


def test_calibration_needs_both_answers() -> None:
    same = [one for one in judged() if one.same]
    with pytest.raises(PlaceError, match="20 and 0"):
        fit_place([one.statistics for one in same], [True] * 20, "embedded", "made up")


def test_a_file_of_pairs_names_the_line_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    good = {"a": "1.jpg", "b": "2.jpg", "same": True, "box_a": [0, 0, 0.5, 1], "unseen": True}
    path.write_text(json.dumps(good) + "\n\n")
    assert read_pairs(path)[0].first == tmp_path / "1.jpg"
    for bad in (
        '{"a": "1.jpg"}',
        "nonsense",
        '{"a": "1", "b": "2", "same": 1}',
        json.dumps(good | {"box_a": [1, 0, 0, 1]}),
    ):
        path.write_text(json.dumps(good) + "\n" + bad)
        with pytest.raises(PairsError, match="Line 2 of pairs"):
            read_pairs(path)


@pytest.mark.parametrize("text", ["", "[]", '{"weights": {}}'])
def test_a_file_without_coefficients_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "place.json").write_text(text)
    with pytest.raises(PlaceError, match="does not hold the coefficients"):
        read_model(tmp_path / "place.json")


def test_rendered_pairs_know_where_pixels_went() -> None:
    world = build_world(Plan(seed=901, houses=3, decorated=0.9))
    left = [number for number, pose in enumerate(world.poses) if pose.side == "left"]
    first, second, far = (photograph(world, left[number]) for number in (1, 2, -1))
    itself = flow(first, first)
    assert np.allclose(itself.start, itself.end, atol=0.01)
    assert flow(first, second).share > 0.3 > flow(first, far).share
    assert np.ptp(flow(first, second).end[:, 0] - flow(first, second).start[:, 0]) > 5


def test_lines_and_points_are_drawn_over_both_pictures() -> None:
    first = textured()
    comparison = compare(first, shifted(first, 2, 3))
    image = np.full((320, 480, 3), 30, dtype=np.uint8)
    plain = draw_points(image, image, np.zeros((0, 2)), [])
    lines = draw_matches(image, image, comparison.matches, comparison.movement)
    points = draw_points(image, image, np.array([[200.0, 100.0]]), [locate(comparison, 200, 100)])
    assert plain.shape == lines.shape == points.shape == (540, 2 * 810 + 4, 3)
    assert (lines != plain).any(axis=-1).mean() > 0.02
    assert (points != plain).any(axis=-1).sum() > 100
