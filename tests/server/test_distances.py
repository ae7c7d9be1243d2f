from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pytest
from django.contrib.gis.geos import Point

from server.drives.models import Drive, Side
from server.frames.models import Frame
from server.houses.models import DistanceBy, House, Sighting
from server.houses.placing.distances import measure_distances
from server.houses.placing.locate import locate_drive
from server.houses.placing.parallax import Floats
from server.houses.services import publish_scores

from . import factories as make

pytestmark = pytest.mark.django_db
FOCAL = 0.5 / math.tan(math.radians(67) / 2)


def pass_by(line_m: float, side: str = Side.RIGHT) -> House:
    """A placed drive to the north past a display 4 m wide, so many metres beside the way; a frame every 4 m, a second apart.

    It is made of strings of lamps: in a picture its share falls with the distance.
    """
    drive, house = make.make_drive(), make.make_house()
    for step in range(-4, 5):
        at, where = make.NIGHT + timedelta(seconds=step), make.place(0, 4.0 * step)
        make.make_track_point(drive, at=at, where=where)
        lit = picture_of(line_m, side, 4.0 * step)
        if lit.any():
            footage = make.make_footage(drive, side, device_at=at, fix=Point(*where))
            take(make.make_frame(footage=footage, at=at, where=where), lit)
    drive.cameras.update(field_of_view_deg=67)
    locate_drive(drive, make.the_scorer())
    Sighting.objects.filter(frame__drive=drive).update(house=house)
    return house


def measure(house: House) -> int:
    return measure_distances(
        Drive.objects.get(frames__sightings=house.sightings.earliest("pk")), make.the_scorer()
    )


def picture_of(line_m: float, side: str, along_m: float) -> Floats:
    """(80,) how lit each column is: lamps at five places of the front."""
    mirror = 1 if side == Side.LEFT else -1
    columns = (np.arange(80) + 0.5) / 80
    at_m = along_m + mirror * (columns - 0.5) / FOCAL * line_m
    return sum(np.exp(-(((at_m - lamp) / 0.3) ** 2)) for lamp in (-2.0, -0.7, 0.0, 1.2, 2.0)).round(2)


def take(frame: Frame, lit: Floats) -> None:
    """The frame's festivity map and its region: rows 18 to 27 of 45."""
    patches = np.zeros((45, 80))
    patches[18:27] = lit.clip(0, 1)
    shown = np.flatnonzero(lit > 0.02)
    make.make_region(frame, 0.3 * lit.mean(), box=[shown[0] / 80, 0.4, (shown[-1] + 1) / 80, 0.6])
    score = make.score_frame(frame, 0.1)
    score.map_rows, score.map_columns = patches.shape
    score.map_bytes = (patches * 255).astype(np.uint8).tobytes()
    score.save()


@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
@pytest.mark.parametrize("line_m", [10.0, 22.0])
def test_the_frames_of_a_drive_tell_how_far_off_a_house_stands(line_m: float, side: str) -> None:
    house = pass_by(line_m, side)
    measure(house)
    nearest = min(sighting.distance_m or 0 for sighting in house.sightings.all())
    assert nearest == pytest.approx(line_m, rel=0.15)
    assert {one.distance_by for one in house.sightings.all()} == {DistanceBy.FRAMES}


def test_measuring_again_changes_nothing() -> None:
    house = pass_by(20.0)
    assert measure(house) > 0
    assert measure(house) == 0


def test_what_a_depth_model_measured_stays() -> None:
    house = pass_by(20.0)
    house.sightings.update(distance_by=DistanceBy.MODEL, distance_m=18.0)
    assert measure(house) == 0


def test_a_drive_is_measured_by_itself() -> None:
    earlier, later = pass_by(20.0), pass_by(10.0)
    later.sightings.update(house=earlier)
    assert measure(earlier) == earlier.sightings.filter(distance_by=DistanceBy.FRAMES).count() > 0
    assert earlier.sightings.filter(distance_by=DistanceBy.LINE).exists()


def test_two_equal_displays_at_10_and_at_20_metres_are_equally_festive_by_the_fair_measure() -> None:
    near, far = pass_by(10.0), pass_by(20.0)
    for house in (near, far):
        measure(house)
    publish_scores(scorer=make.the_scorer(), season=make.make_season())
    fair = [house.scores.get().fair_festivity for house in (near, far)]
    plain = [max(one.region.share for one in house.sightings.all()) for house in (near, far)]
    assert plain[0] > 1.8 * plain[1]
    assert fair[0] == pytest.approx(fair[1], rel=0.15)


def test_a_sighting_alone_keeps_the_usual_line_of_houses() -> None:
    house = pass_by(20.0)
    first = house.sightings.earliest("pk")
    house.sightings.exclude(pk=first.pk).delete()
    assert measure(house) == 0
    off_deg = first.bearing_deg - first.facing_deg
    assert first.distance_by == DistanceBy.LINE
    assert first.distance_m == pytest.approx(14 / math.cos(math.radians(off_deg)))
