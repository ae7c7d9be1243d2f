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


def test_shared_top_counts_names_in_both_tops():
    assert metrics.shared_top({"a": 3, "b": 2, "c": 1}, {"a": 1, "b": 2, "c": 3}, 2) == 1
