from __future__ import annotations

from dataclasses import dataclass

import pytest

from server.frames.models import Frame
from server.houses.models import House, HouseScore
from server.houses.queries import leaderboard
from server.houses.services import hide_house, publish_scores
from server.houses.worth.formula import WORTH

from . import factories as make

pytestmark = pytest.mark.django_db
SOME = 0.01


def publish() -> int:
    return publish_scores(scorer=make.the_scorer(), season=make.make_season())


def seen(*shares: float, **fields: object) -> House:
    house = make.make_house()
    for share in shares:
        make.see(house, share=share, **fields)
    return house


def published(house: House) -> HouseScore:
    publish()
    return house.scores.get()


def thinned(mean: float, counted: int) -> float:
    missing = (3 - counted) * WORTH.thin
    return (counted * mean + missing * SOME) / (counted + missing)


def test_the_brighter_half_of_the_frames_counts() -> None:
    score = published(seen(0.01, 0.3, 0.2, 0.1, 0.05, 0.02))
    assert score.festivity == pytest.approx(0.2)
    assert (score.frames, score.counted) == (6, 3)


def test_a_house_seen_once_leans_on_the_least_decorated_one() -> None:
    assert published(seen(0.25)).festivity == pytest.approx(thinned(0.25, 1))


def test_a_house_that_three_frames_count_for_leans_on_nothing() -> None:
    assert published(seen(0.2, 0.2, 0.2, 0.2, 0.2)).festivity == pytest.approx(0.2)


def test_a_lucky_frame_alone_does_not_come_before_a_house_that_was_seen_well() -> None:
    lucky, steady = seen(0.22), seen(0.2, 0.2, 0.2, 0.2, 0.2)
    publish()
    assert [house.public_id for house in leaderboard().houses] == [steady.public_id, lucky.public_id]


def test_a_lucky_frame_among_many_has_the_weight_of_one() -> None:
    assert published(seen(0.9, *[0.1] * 10)).festivity == pytest.approx((0.9 + 5 * 0.1) / 6)


def test_thinning_never_takes_a_decorated_house_off_the_map() -> None:
    assert published(seen(SOME + 0.001)).festivity >= SOME


def test_the_interval_holds_the_score_and_is_wider_for_fewer_frames() -> None:
    once, often = seen(0.1), seen(*[0.1] * 12)
    publish()
    scores = [house.scores.get() for house in (once, often)]
    assert all(score.low < score.festivity < score.high for score in scores)
    assert scores[0].high / scores[0].low > 1.5 * scores[1].high / scores[1].low


def test_the_interval_is_wider_where_frames_disagree() -> None:
    agreed, torn = seen(*[0.1] * 12), seen(*[0.02, 0.18] * 6, *[0.04] * 6)
    publish()
    widths = [score.high / score.low for score in (agreed.scores.get(), torn.scores.get())]
    assert widths[1] > widths[0]


def test_a_smeared_frame_does_not_count_while_there_are_others() -> None:
    house = seen(0.1, 0.1, 0.1)
    make.see(house, make.make_frame(sharpness=0.1, exposure=0.9), share=0.9)
    assert published(house).festivity == pytest.approx(thinned(0.1, 2))


def test_a_dark_frame_does_not_count_while_there_are_others() -> None:
    house = make.make_house()
    for share, exposure in ((0.1, 0.9), (0.001, 0.02)):
        make.see(house, make.make_frame(sharpness=0.7, exposure=exposure), share=share)
    score = published(house)
    assert (score.frames, score.counted) == (2, 1)
    assert score.festivity == pytest.approx(thinned(0.1, 1))


def test_a_house_that_only_smeared_frames_show_keeps_its_score() -> None:
    house = make.make_house()
    make.see(house, make.make_frame(sharpness=0.1, exposure=0.9), share=0.2)
    assert published(house).counted == 1


def test_the_same_lamps_from_far_and_near_come_closer() -> None:
    near, far = make.make_house(), make.make_house()
    make.see(near, share=0.2, distance_m=7.0, share_at_reference=0.1)
    make.see(far, share=0.05, distance_m=28.0, share_at_reference=0.1)
    publish()
    ratio = near.scores.get().festivity / far.scores.get().festivity
    assert ratio == pytest.approx(thinned(0.1 * 2**0.5, 1) / thinned(0.1 / 2**0.5, 1))


def test_fair_festivity_is_what_a_house_would_fill_at_the_reference_and_does_not_rank() -> None:
    near, far = make.make_house(), make.make_house()
    make.see(near, share=0.2, share_at_reference=0.14, distance_m=7.0, lit_m2=12.0)
    make.see(far, share=0.1, share_at_reference=0.15, distance_m=28.0)
    publish()
    assert [house.public_id for house in leaderboard().houses] == [near.public_id, far.public_id]
    assert [house.scores.get().fair_festivity for house in (near, far)] == [0.14, 0.15]
    assert (near.scores.get().lit_front_m2, near.scores.get().distance_m) == (12.0, 7.0)


def test_a_score_does_not_depend_on_the_other_houses() -> None:
    alone = published(seen(0.2, 0.1, 0.05)).festivity
    house = House.objects.get()
    for _ in range(5):
        seen(0.9, 0.9, 0.9)
    publish()
    assert house.scores.get().festivity == alone


@dataclass(frozen=True)
class Look:
    """How a frame shows a house."""

    share: float = 0.1
    sharpness: float | None = 0.7
    box: tuple[float, ...] = (0.3, 0.3, 0.7, 0.7)


def best_of(*looks: Look) -> int:
    """The number of the frame that is chosen."""
    house, frames = make.make_house(), []
    for look in looks:
        frames.append(make.make_frame(sharpness=look.sharpness, exposure=0.9))
        make.see(house, region=make.make_region(frames[-1], look.share, box=list(look.box)), frame=frames[-1])
    best = published(house).best_frame
    return frames.index(Frame.objects.get(pk=best.pk))


@pytest.mark.parametrize(
    "worse",
    [
        Look(share=0.06),
        Look(sharpness=0.4),
        Look(box=(0.0, 0.3, 0.4, 0.7)),
        Look(box=(0.58, 0.3, 0.98, 0.7)),
        Look(box=(0.45, 0.45, 0.5, 0.5)),
    ],
    ids=["dimmer", "smeared", "cut off", "at the edge", "tiny"],
)
def test_the_best_photo_is_bright_sharp_whole_and_in_the_middle(worse: Look) -> None:
    assert best_of(worse, Look()) == 1
    assert best_of(Look(), worse) == 0


def test_a_frame_that_was_never_measured_counts_as_usually_sharp() -> None:
    assert best_of(Look(sharpness=0.4), Look(sharpness=None), Look(sharpness=0.5)) == 1


def test_the_best_photo_never_shows_a_hidden_house() -> None:
    house, hidden, both, alone = make.make_house(), make.make_house(), make.make_frame(), make.make_frame()
    make.see(house, both, share=0.5)
    make.see(hidden, both, share=0.1)
    make.see(house, alone, share=0.05)
    publish()
    assert house.scores.get().best_frame == both
    hide_house(hidden)
    assert house.scores.get().best_frame == alone
