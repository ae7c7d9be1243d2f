from __future__ import annotations

import pytest
from django.test import RequestFactory
from django.utils import translation

from server.core.units import Units, say_area, say_distance, say_length, say_speed, units_of

METRIC, IMPERIAL = Units.METRIC, Units.IMPERIAL


@pytest.mark.parametrize(
    ("metres", "units", "said"),
    [
        (0, METRIC, "0 m"),
        (347, METRIC, "350 m"),
        (996, METRIC, "1.0 km"),
        (12_340, METRIC, "12 km"),
        (100, IMPERIAL, "350 ft"),
        (403, IMPERIAL, "0.3 mi"),
        (1609.344, IMPERIAL, "1.0 mi"),
    ],
)
def test_a_distance_is_said_as_people_say_it(metres: float, units: Units, said: str) -> None:
    assert say_distance(metres, units) == said


def test_a_distance_has_the_comma_of_its_language() -> None:
    with translation.override("es"):
        assert say_distance(1234, METRIC) == "1,2 km"


@pytest.mark.parametrize(
    ("language", "cookie", "units"),
    [
        ("en-US,en;q=0.9", "", IMPERIAL),
        ("es-ES", "", METRIC),
        ("", "", METRIC),
        ("en-US", "metric", METRIC),
        ("de", "x", METRIC),
    ],
)
def test_units_are_those_chosen_or_the_languages(language: str, cookie: str, units: Units) -> None:
    request = RequestFactory().get("/", headers={"accept-language": language})
    request.COOKIES["units"] = cookie
    assert units_of(request) is units


def test_a_speed_is_said_in_the_units_of_the_road() -> None:
    assert (say_speed(10, METRIC), say_speed(10, IMPERIAL)) == ("36 km/h", "22 mph")


def test_short_lengths_and_areas_are_said_to_the_metre_and_foot() -> None:
    with translation.override("en"):
        assert [say_length(14.2, units) for units in Units] == ["14 m", "47 ft"]
        assert [say_area(19, units) for units in Units] == ["19 m²", "205 sq ft"]
