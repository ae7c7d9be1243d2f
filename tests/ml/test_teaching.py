"""Fitting heads to stored features: near a head, from nothing, and what one label changed."""

from __future__ import annotations

import numpy as np
import pytest

from ml import logistic
from ml.logistic import Line
from ml.patches import Patches
from ml.rescoring import Rescorer
from ml.restored import restored
from ml.scorer import Scorer
from ml.stored import read
from ml.teaching.limits import told_limits
from ml.teaching.ways import from_head, from_nothing, step_without
from tests.labels.street import Shot

LIMITS = {"some": 0.02, "many": 0.05, "most": 0.1}


@pytest.fixture
def patches() -> Patches:
    """120 patches of four groups, festive where the first of their six features is high, more or less."""
    chance = np.random.default_rng(4)
    features = chance.normal(size=(120, 6)).astype(np.float32) * [1, 2, 0.5, 1, 3, 1] + [0, 1, 0, 5, 0, 0]
    festive = features[:, 0] + chance.normal(size=120) * 0.7 > 0.3
    groups = np.repeat(["a", "b", "c", "d"], 30)
    weights = chance.uniform(0.5, 2, 120).astype(np.float32)
    return Patches(features.astype(np.float32), festive, weights, np.full(120, "labels"), groups)


def test_restored_features_say_to_a_head_what_the_stored_ones_say(shots: list[Shot], network: Scorer) -> None:
    packing = network.packing
    assert packing is not None
    frame = read(packing, shots[0].scored.features or b"")
    told = network.head.probabilities(restored(packing, frame))
    np.testing.assert_allclose(told, Rescorer(packing, network.head).festivity_map(frame), atol=1e-4)


def test_from_nothing_with_one_voice_is_plain_logistic_regression(patches: Patches) -> None:
    plain = logistic.fit(patches.features, patches.festive, patches.weights, 0.1)
    line = from_nothing(patches, ()).fit(0.1).line
    np.testing.assert_allclose(line.weight, plain.weight, atol=1e-3)
    assert line.bias == pytest.approx(plain.bias, abs=1e-3)


def test_labels_that_weigh_nothing_leave_a_head_as_it_is(patches: Patches) -> None:
    head = Line(np.linspace(-1, 1, 6), 0.5)
    line = from_head(patches, head).fit(1e-9).line
    np.testing.assert_allclose(line.weight, head.weight, atol=1e-4)
    assert line.bias == pytest.approx(head.bias, abs=1e-4)


def test_labels_that_weigh_much_move_any_head_to_the_same(patches: Patches) -> None:
    heads = [Line(np.full(6, weight), 0.0) for weight in (-0.3, 0.3)]
    first, second = (from_head(patches, head).fit(1e5).line for head in heads)
    np.testing.assert_allclose(first.weight, second.weight, atol=1e-2)


@pytest.mark.parametrize("start", ["head", "nothing"])
def test_one_newton_step_comes_near_the_head_that_never_saw_a_label(patches: Patches, start: str) -> None:
    way = from_head(patches, Line(np.zeros(6), 0.0)) if start == "head" else from_nothing(patches, ())
    whole, dropped = way.fit(0.1), patches.groups == "b"
    exact = way.fit(0.1, dropped).line.weight
    stepped = step_without(way, whole, 0.1, dropped).weight
    assert np.abs(stepped - exact).max() < 0.2 * np.abs(whole.line.weight - exact).max()


def test_the_same_head_keeps_its_limits() -> None:
    seen = np.linspace(0.001, 0.4, 30)
    assert told_limits(LIMITS, seen, seen) == LIMITS


def test_limits_move_as_the_pictures_near_them_do() -> None:
    seen = np.geomspace(0.001, 0.4, 60)
    told = told_limits(LIMITS, seen, np.where(seen > 0.03, 2 * seen, seen))
    assert told["some"] < 0.033
    assert told["most"] == pytest.approx(0.2, rel=0.1)


def test_limits_stay_apart_where_everything_looks_alike() -> None:
    told = told_limits(LIMITS, np.geomspace(0.001, 0.4, 60), np.full(60, 0.03))
    assert told["some"] < told["many"] < told["most"]
