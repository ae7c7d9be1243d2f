import numpy as np
import pytest

from ml.tools.follow import FollowError, Manner, follow, follow_boxes, line_of, place_within
from ml.tools.follow.templates import peak_of, weighted_peak
from ml.tools.follow.trail import Trail
from ml.vectors import of_length_one

ROWS, COLUMNS = 20, 30


@pytest.fixture(scope="module")
def world():
    """Unit vectors (40, 90, 16) that change smoothly from patch to patch, as a backbone's do."""
    rough = np.random.default_rng(3).normal(size=(42, 92, 16))
    smooth = sum(rough[down : down + 40, right : right + 90] for down in range(3) for right in range(3))
    return of_length_one(smooth)


def view(world, top, left, share=0.0):
    """The world seen from (top, left + share): a window of it, blended with the one a patch further."""
    here, next_ = (world[top : top + ROWS, left + step : left + step + COLUMNS] for step in (0, 1))
    return of_length_one((1 - share) * here + share * next_)


def box_at(row, column, rows=5, columns=5):
    y, x = (row + 0.5) / ROWS, (column + 0.5) / COLUMNS
    return x - columns / COLUMNS / 2, y - rows / ROWS / 2, x + columns / COLUMNS / 2, y + rows / ROWS / 2


def run(grids, box, is_point=False, step_ms=100, manner=None):
    frames = [(step_ms * number, grid) for number, grid in enumerate(grids)]
    return list(follow(frames, box, is_point, manner))


@pytest.mark.parametrize("is_point", [True, False])
def test_a_place_is_followed_while_the_camera_moves(world, is_point):
    grids = [view(world, 5, 10 + number) for number in range(8)]
    box = box_at(9, 20, 0, 0) if is_point else box_at(9, 20)
    sights = run(grids, box, is_point)
    assert all(sight.state == "found" for sight in sights)
    found = np.array([sight.place for sight in sights])
    assert found == pytest.approx(np.array([[9, 20 - number] for number in range(8)]), abs=0.2)


def test_places_between_patches_are_told_apart(world):
    shares = (0.0, 0.25, 0.5, 0.75)
    sights = run([view(world, 5, 10, share) for share in shares], box_at(9, 20))
    assert [sight.place[1] for sight in sights] == pytest.approx([20 - share for share in shares], abs=0.25)


def test_what_leaves_the_picture_is_lost_and_found_when_it_comes_back(world):
    lefts = [10, 14, 18, 40, 40, 18, 14]
    states = [sight.state for sight in run([view(world, 5, left) for left in lefts], box_at(9, 12))]
    assert states == ["found", "found", "found", "lost", "lost", "found", "found"]


def test_a_lost_place_needs_more_to_be_found_than_a_found_one_to_be_kept(world):
    haze = np.random.default_rng(5).normal(size=(ROWS, COLUMNS, 16))
    dim = of_length_one(view(world, 5, 10) + 0.32 * haze)
    kept = run([view(world, 5, 10), dim], box_at(9, 20))[-1]
    manner = Manner(lost=kept.confidence - 0.05, found=kept.confidence + 0.05)
    dark = np.zeros_like(dim)
    assert run([view(world, 5, 10), dim], box_at(9, 20), manner=manner)[-1].state == "found"
    assert run([view(world, 5, 10), dark, dim], box_at(9, 20), manner=manner)[-1].state == "lost"


def test_in_darkness_it_is_lost_without_a_place(world):
    first = view(world, 5, 10)
    sight = run([first, np.zeros_like(first)], box_at(9, 20))[-1]
    assert (sight.state, sight.place, sight.confidence) == ("lost", None, 0.0)


def test_a_place_that_slowly_turns_into_another_is_given_up(world):
    ours, others = view(world, 5, 10), view(world, 15, 50)
    steps = [of_length_one((1 - share) * ours + share * others) for share in np.linspace(0, 1, 40)]
    states = [sight.state for sight in run(steps, box_at(9, 20))]
    assert states[0] == "found"
    assert states[-1] == "lost"


def test_of_two_places_alike_the_one_on_the_way_is_taken(world):
    grid = view(world, 5, 10).copy()
    grid[5:12, 2:9] = grid[5:12, 17:24]
    assert run([grid, grid], box_at(8, 20))[-1].place == pytest.approx([8, 20], abs=0.1)


def test_the_same_frames_give_the_same_answer(world):
    grids = [view(world, 5, 10 + number) for number in range(4)]
    first, second = (run(grids, box_at(9, 20)) for _ in range(2))
    assert [sight.confidence for sight in first] == [sight.confidence for sight in second]


def test_a_dark_place_cannot_be_followed(world):
    grid = view(world, 5, 10).copy()
    grid[:, :15] = 0
    with pytest.raises(FollowError, match="nothing to be seen"):
        run([grid], box_at(9, 4))
    with pytest.raises(FollowError, match="nothing to be seen"):
        run([np.zeros_like(grid)], box_at(9, 4))


def test_frames_of_another_shape_are_refused(world):
    with pytest.raises(FollowError, match="differ in shape"):
        run([view(world, 5, 10), view(world, 5, 10)[:-1]], box_at(9, 20))


def test_a_peak_in_the_corner_stays_in_its_patch():
    similarity = np.zeros((4, 4), dtype=np.float32)
    similarity[0, 0], similarity[0, 1] = 1.0, 0.9
    assert weighted_peak(similarity, 0, 0) == pytest.approx([0, 0.4475], abs=1e-3)
    assert peak_of(similarity, similarity).similarity == 1.0


@pytest.mark.parametrize(
    "pixels", [(-1, 0, 5, 5), (0, 0, 161, 5), (9, 9, 5, 20), (5, 5, 5, 9), (200, 5, 200, 5)]
)
def test_a_place_outside_the_frame_is_refused(pixels):
    with pytest.raises(FollowError):
        place_within(pixels, (90, 160))


def test_a_line_names_pixels_and_the_box_around_them(world):
    grid = view(world, 5, 10)
    [sight] = run([grid], box_at(9, 20))
    line = line_of(sight, 7, 70, (200, 300), (ROWS, COLUMNS), box_at(9, 20))
    assert (line["x"], line["y"], line["box"]) == (205.0, 95.0, [180.0, 70.0, 230.0, 120.0])
    assert (line["frame"], line["at_ms"], line["state"]) == (7, 70, "found")


def test_a_trail_is_drawn_from_frame_to_frame_and_breaks_where_it_was_lost():
    trail, dark = Trail(), np.zeros((90, 160, 3), dtype=np.uint8)
    found = {"at_ms": 0, "confidence": 0.9, "state": "found", "y": 70.0}
    trail.draw(dark, found | {"x": 20.0})
    assert trail.draw(dark, found | {"x": 120.0})[70, 60:80].any(axis=1).all()
    trail.draw(dark, {"at_ms": 0, "confidence": 0.1, "state": "lost", "x": None, "y": None})
    again = Trail([(0.1, 0.8), None])
    assert not again.draw(dark, found | {"x": 120.0})[70, 60:80].any()


def test_many_boxes_of_a_frame_are_found_as_one_by_one(world):
    before, after = view(world, 5, 10), view(world, 5, 12)
    boxes = [box_at(9, 20), box_at(4, 8), box_at(15, 25, 3, 9)]
    together = follow_boxes(before, after, 100, boxes)
    alone = [run([before, after], box)[-1] for box in boxes]
    assert [sight.state for sight in together] == [sight.state for sight in alone]
    assert [sight.place for sight in together] == [pytest.approx(sight.place) for sight in alone]


def test_in_a_dark_frame_no_box_can_be_followed(world):
    dark = np.zeros((ROWS, COLUMNS, 16))
    assert follow_boxes(dark, view(world, 5, 10), 100, [box_at(9, 20)]) == [None]
