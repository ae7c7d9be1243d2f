from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.packing import StoredError
from ml.scorer import Scorer, load_scorer, points
from ml.types import Image


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return load_scorer(threads=1)


def night(seed: int, height: int = 225, width: int = 400) -> Image:
    """A dark picture with a string of coloured lamps on one side."""
    chance = np.random.default_rng(seed)
    image = chance.integers(0, 12, (height, width, 3)).astype(np.uint8)
    for lamp in range(24):
        x, y = 20 + lamp * 7, height // 3 + int(6 * np.sin(lamp))
        image[y : y + 4, x : x + 4] = [(255, 40, 40), (40, 255, 60), (70, 90, 255)][lamp % 3]
    return image


def test_scores_have_the_shapes_and_ranges_of_the_contract(scorer):
    (scored,) = scorer.score([night(1)])
    assert scored.festivity_map.shape == (28, 50)
    assert scored.festivity_map.dtype == np.float32
    assert 0 <= scored.festivity_map.min() <= scored.festivity_map.max() <= 1
    assert scored.festivity == pytest.approx(scored.festivity_map.mean())
    assert scored.cls.shape == (scorer.card.dimension,)
    assert np.linalg.norm(scored.cls) == pytest.approx(1, abs=1e-5)


def test_regions_carry_unit_vectors_and_shares_within_the_festivity(scorer):
    (scored,) = scorer.score([night(2)])
    assert scored.regions
    assert sum(region.share for region in scored.regions) <= scored.festivity + 1e-6
    for region in scored.regions:
        assert np.linalg.norm(region.vector) == pytest.approx(1, abs=1e-5)


def test_a_batch_of_mixed_sizes_scores_like_each_picture_alone(scorer):
    images = [night(3), night(4, 300, 300), night(5), night(6, 400, 225)]
    together = [scored.festivity for scored in scorer.score(images)]
    alone = [scorer.score([image])[0].festivity for image in images]
    assert together == pytest.approx(alone, abs=1e-5)


def test_no_pictures_no_scores(scorer):
    assert scorer.score([]) == []


def test_a_single_pixel_is_a_picture(scorer):
    assert 0 <= scorer.score([np.zeros((1, 1, 3), dtype=np.uint8)])[0].festivity <= 1


def test_black_is_not_festive(scorer):
    (scored,) = scorer.score([np.zeros((450, 800, 3), dtype=np.uint8)])
    assert scorer.card.class_of(scored.festivity) == "none"
    assert scored.regions == ()


def test_the_hash_names_the_scorer_and_stays(scorer):
    assert len(scorer.hash) == 12
    assert int(scorer.hash, 16) >= 0
    assert load_scorer().hash == scorer.hash


@given(st.floats(0, 1), st.floats(0, 1))
def test_points_are_monotone_from_0_to_100(first, second):
    low, high = sorted([first, second])
    assert 0 <= points(low) <= points(high) <= 100


def test_points_that_are_published():
    assert [round(points(share)) for share in (0, 0.01, 0.05, 0.1, 0.2)] == [0, 12, 46, 71, 92]


def test_class_limits_are_reached_in_order(scorer):
    limits = scorer.card.class_limits
    assert list(limits) == ["some", "many", "most"]
    assert [scorer.card.class_of(limit) for limit in limits.values()] == list(limits)
    assert scorer.card.class_of(limits["some"] - 1e-6) == "none"


def test_another_head_on_kept_features_says_what_it_says_of_the_picture(scorer):
    louder = replace(scorer.head, name="louder", sha256="1" * 64, bias=scorer.head.bias + 0.5)
    other = Scorer(scorer.backbone, louder, scorer.packing)
    picture = night(3)
    (kept,), (fresh,) = scorer.score([picture]), other.score([picture])
    (again,) = other.score_again([picture], [kept.features])
    assert again.festivity == pytest.approx(fresh.festivity, abs=1e-3)
    assert again.festivity > kept.festivity
    assert [region.box for region in again.regions] == [region.box for region in fresh.regions]


def test_without_a_packing_nothing_is_kept_and_nothing_scored_again(scorer):
    plain = Scorer(scorer.backbone, scorer.head)
    assert plain.score([night(3)])[0].features is None
    with pytest.raises(StoredError, match="python -m ml pack"):
        plain.score_again([night(3)], [b""])
