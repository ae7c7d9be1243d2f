from __future__ import annotations

import numpy as np
import pytest

from server.houses.identity.rays import Floats, Noise, Rays, Spot, combined, crossing

FRONT = np.array([3.0, 16.0])
RNG = np.random.default_rng(11)


def rays(cameras_m: Floats, bearing_off_deg: float | Floats = 0.0) -> Rays:
    """From each camera to FRONT, with the bearing off by so much; the line of houses is thought to be 2 m nearer."""
    off = FRONT - cameras_m
    bearing = np.degrees(np.arctan2(off[:, 0], off[:, 1])) + bearing_off_deg
    away_m = np.linalg.norm(off, axis=1) * 14 / 16
    return Rays(cameras_m, bearing, away_m, np.full(len(off), 4.5))


def along(count: int, step_m: float = 5.0) -> Floats:
    return np.stack([(np.arange(count) - count / 2) * step_m, np.zeros(count)], axis=1)


def test_one_ray_ends_where_the_front_is_thought_to_be() -> None:
    spot = crossing(rays(np.array([[3.0, 0.0]])))
    assert spot.place_m == pytest.approx([3.0, 14.0], abs=0.01)
    assert spot.covariance[1, 1] > 3 * spot.covariance[0, 0]


def test_rays_from_several_places_tell_how_far_off_the_front_is() -> None:
    spot = crossing(rays(along(6)), Noise(heading_deg=2.0, fix_m=0.5))
    assert spot.place_m == pytest.approx(FRONT, abs=0.4)
    assert spot.spread_m < 2


def test_noise_of_heading_and_fix_averages_out() -> None:
    off_m = []
    for _ in range(60):
        told = rays(along(5, 4.0), RNG.normal(0, 6, 5))
        noisy = Rays(
            told.cameras_m + RNG.normal(0, 2, (5, 2)), told.bearing_deg, told.away_m, told.away_spread_m
        )
        off_m.append(float(np.linalg.norm(crossing(noisy).place_m - FRONT)))
    assert np.median(off_m) < 3.0


def test_a_wrong_match_among_rays_has_little_voice() -> None:
    off_deg = np.zeros(7)
    off_deg[3] = 60.0
    assert np.linalg.norm(crossing(rays(along(7), off_deg)).place_m - FRONT) < 2.0


def test_frames_all_at_one_point_are_as_uncertain_as_one_of_them() -> None:
    one, many = (crossing(rays(np.zeros((count, 2)))) for count in (1, 50))
    assert many.place_m == pytest.approx(one.place_m, abs=0.01)
    assert many.spread_m == pytest.approx(one.spread_m, rel=0.05)


def test_a_camera_all_around_may_see_the_front_behind_it() -> None:
    around = np.array([[0.0, 0.0], [10.0, 30.0], [-12.0, 28.0]])
    assert crossing(rays(around)).place_m == pytest.approx(FRONT, abs=1.0)


def test_a_corner_house_is_where_the_rays_of_two_streets_cross() -> None:
    spot = crossing(rays(np.array([[3.0, 0.0], [20.0, 16.0]])), Noise(heading_deg=1.0, fix_m=0.3))
    assert spot.place_m == pytest.approx(FRONT, abs=0.7)


def test_drives_are_joined_by_how_certain_they_are() -> None:
    sure, unsure = Spot(np.zeros(2), np.eye(2)), Spot(np.array([6.0, 0.0]), np.eye(2) * 100)
    both = combined([sure, unsure], own_m=1.0)
    assert 0 < both.place_m[0] < 0.5
    assert both.spread_m < combined([sure], own_m=1.0).spread_m


def test_a_stray_drive_does_not_move_a_house_that_four_saw() -> None:
    spots = [Spot(RNG.normal(0, 1, 2), np.eye(2)) for _ in range(4)] + [
        Spot(np.array([60.0, 0.0]), np.eye(2))
    ]
    assert np.linalg.norm(combined(spots).place_m) < 2.5
