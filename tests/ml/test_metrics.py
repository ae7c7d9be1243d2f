import math

import numpy as np
import pytest

from ml import metrics


def test_spearman_sees_any_monotone_relation():
    values = np.array([0.1, 0.2, 0.7, 0.9])
    assert metrics.spearman(values, np.exp(values)) == pytest.approx(1)
    assert metrics.spearman(values, -values) == pytest.approx(-1)


def test_equal_values_share_their_rank():
    assert metrics.ranks([5, 1, 5, 9]).tolist() == [2.5, 1, 2.5, 4]


def test_auc_is_the_share_of_pairs_in_the_right_order():
    assert metrics.auc([1, 0, 1, 0], [0.9, 0.1, 0.4, 0.6]) == pytest.approx(0.75)


def test_average_precision_of_a_known_ranking():
    assert metrics.average_precision([1, 0, 1, 0], [4, 3, 2, 1]) == pytest.approx((1 + 2 / 3) / 2)


def test_average_precision_without_any_order_is_the_share_of_true_ones():
    assert metrics.average_precision([1, 0, 0, 0], [1, 1, 1, 1]) == pytest.approx(0.25)


def test_figures_without_one_side_are_not_numbers():
    assert math.isnan(metrics.auc([1, 1], [0, 1]))
    assert math.isnan(metrics.average_precision([0, 0], [0, 1]))
    assert math.isnan(metrics.spearman([1, 1], [0, 1]))


def test_iou_of_half_overlapping_masks():
    assert metrics.iou([1, 1, 0], [0, 1, 1]) == pytest.approx(1 / 3)


def test_a_row_that_weighs_double_counts_like_two():
    truth, scores = np.array([1, 0, 1, 0]), np.array([4, 3, 2, 1])
    twice = np.repeat(np.arange(4), [1, 3, 2, 0])
    weighted = metrics.average_precision(truth, scores, [1, 3, 2, 0])
    assert weighted == pytest.approx(metrics.average_precision(truth[twice], scores[twice]))
    assert metrics.iou([1, 1, 0], [0, 1, 1], [1, 2, 1]) == pytest.approx(1 / 2)


def test_shared_top_counts_rows_in_both_tops():
    assert metrics.shared_top([3, 2, 1], [1, 2, 3], 2) == 1


def mean_interval(values: np.ndarray, groups: np.ndarray | None = None) -> tuple[float, float]:
    own = np.arange(len(values)) if groups is None else groups
    return metrics.bootstrap(lambda drawn: float(np.average(values, weights=drawn)), own, rounds=400)


def test_the_interval_of_a_mean_is_as_wide_as_theory_says():
    values = np.random.default_rng(1).normal(0, 1, 400)
    low, high = mean_interval(values)
    assert low < values.mean() < high
    assert high - low == pytest.approx(2 * 1.96 / 20, rel=0.2)


def test_an_interval_shrinks_with_more_pictures():
    values = np.random.default_rng(1).normal(0, 1, 1600)
    widths = [high - low for low, high in (mean_interval(values[:count]) for count in (100, 1600))]
    assert widths[1] < widths[0] / 2


def test_intervals_are_the_same_every_time():
    values = np.random.default_rng(1).normal(0, 1, 50)
    assert mean_interval(values) == mean_interval(values)


def test_rows_of_one_group_say_less_than_rows_of_many():
    values = np.repeat(np.random.default_rng(1).normal(0, 1, 20), 20)
    (low, high), (wide_low, wide_high) = mean_interval(values), mean_interval(values, np.arange(400) // 20)
    assert wide_high - wide_low > 3 * (high - low)


def test_rounds_without_a_number_are_left_out():
    low, high = metrics.bootstrap(lambda drawn: metrics.auc(drawn > 0, drawn), np.arange(2), rounds=50)
    assert (low, high) == (1, 1)
    assert math.isnan(metrics.bootstrap(lambda _: math.nan, np.arange(2), rounds=5)[0])


def test_a_share_of_all_is_not_certain():
    low, high = metrics.share_interval(60, 60)
    assert (low, high) == (pytest.approx(0.94, abs=0.005), pytest.approx(1))
    assert metrics.share_interval(30, 60) == pytest.approx((0.377, 0.623), abs=0.001)
    assert math.isnan(metrics.share_interval(0, 0)[0])
