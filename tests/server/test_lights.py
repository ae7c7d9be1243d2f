"""Known houses beside the track tell a camera's clock, where its frames are festive when the car passes them."""

from __future__ import annotations

import numpy as np
import pytest

from bench.clocks.drawn import drive_around
from server.drives.cameras.course import Course, course_of
from server.drives.cameras.offsets import CONFIDENT, Clue, Prior, by_values, estimate
from server.drives.track import moved
from server.houses.lights import lights_along
from server.houses.models import House
from tests.server.factories import make_house, score_house, the_scorer

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    """A drive past forty houses that the map knows."""
    drive = drive_around(seed=8, minutes=20)
    rng = np.random.default_rng(8)
    for second in rng.choice(np.arange(20, 1180), 40, replace=False):
        fix = drive.track[int(second)]
        where = moved(fix.lon, fix.lat, bearing=float(rng.uniform(0, 360)), by_m=8)
        score_house(make_house(where), float(rng.uniform(0.02, 0.4)))
    course = course_of(drive.track)
    assert course
    return course


def test_festive_frames_at_known_houses_tell_the_clock(course: Course) -> None:
    lights = lights_along(course, the_scorer())
    assert lights
    rng = np.random.default_rng(3)
    at_s = np.sort(rng.uniform(course.begins_s + 10, course.ends_s - 10, 400))
    festivity = course.at(lights[0], at_s) ** 2 * np.exp(rng.normal(0, 0.5, 400)) + rng.uniform(0, 0.01, 400)
    clock_s = at_s - 7_200.0 - 41.0
    clue = Clue("brightness", clock_s, clock_s, festivity, by_values(course, *lights))
    best = estimate([clue], clock_s, course, Prior())[0]
    assert abs(best.offset_s - 7_241.0) < 2
    assert best.confidence > CONFIDENT
    assert best.by == "brightness"


def test_a_map_that_knows_hardly_a_house_there_tells_nothing() -> None:
    course = course_of(drive_around(seed=8, minutes=5).track)
    assert course
    assert lights_along(course, the_scorer()) is None


def test_hidden_houses_shed_no_light(course: Course) -> None:
    House.objects.update(hidden=True)
    assert lights_along(course, the_scorer()) is None
