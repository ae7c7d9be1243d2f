from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from server.houses.queries import current_season, house_page, leaderboard, ranked_neighbourhoods, season_of
from server.houses.seasons import dates_for
from server.houses.services import (
    ensure_season,
    ensure_seasons_of_drive,
    hide_house,
    publish_scores,
    settle_houses,
    show_house,
)

from . import factories as make

pytestmark = pytest.mark.django_db


def publish() -> int:
    return publish_scores(scorer=make.the_scorer(), season=make.make_season())


def ids(**filters: object) -> list[str]:
    return [house.public_id for house in leaderboard(**filters).houses]


def test_a_house_with_too_few_lights_is_not_public() -> None:
    dim, decorated = make.make_house(), make.make_house()
    make.see(dim, share=0.009)
    make.see(decorated, share=0.011)
    assert publish() == 1
    assert ids() == [decorated.public_id]


def test_houses_have_limits_of_their_own_where_the_scorer_names_them() -> None:
    scorer = make.the_scorer()
    scorer.card = {**scorer.card, "house_limits": {"some": 0.004, "many": 0.02, "most": 0.04}}
    scorer.save()
    for share in (0.003, 0.005, 0.03, 0.06):
        make.see(make.make_house(), share=share)
    publish()
    assert [house.festivity_class for house in leaderboard().houses] == ["most", "many", "some"]


def test_regions_of_one_frame_that_show_the_house_add_up() -> None:
    house, frame = make.make_house(), make.make_frame()
    make.see(house, frame, share=0.1)
    make.see(house, frame, share=0.05)
    make.see(make.make_house(), frame, share=0.4)
    publish()
    alone = make.make_house()
    make.see(alone, share=0.15)
    publish()
    assert house.scores.get().festivity == pytest.approx(alone.scores.get().festivity)


def test_a_suppressed_sighting_does_not_count() -> None:
    house = make.make_house()
    make.see(house, share=0.2)
    make.see(house, share=0.8, suppressed=True)
    publish()
    assert house.scores.get().festivity < 0.2
    assert house.scores.get().frames == 1


def test_a_house_whose_sightings_are_all_suppressed_loses_its_score() -> None:
    house = make.make_house()
    sighting = make.see(house)
    publish()
    sighting.suppressed = True
    sighting.save()
    assert publish() == 0
    assert not house.scores.exists()


def test_publishing_some_houses_leaves_the_others_alone() -> None:
    seen, unseen = make.make_house(), make.make_house()
    make.see(seen)
    make.score_house(unseen, 0.5)
    publish_scores(scorer=make.the_scorer(), season=make.make_season(), house_ids=[seen.pk])
    assert unseen.scores.get().festivity == 0.5


def test_publishing_again_writes_nothing() -> None:
    house = make.make_house()
    make.see(house)
    publish()
    before = house.scores.get().updated_at
    publish()
    assert house.scores.get().updated_at == before


def test_a_night_of_another_season_does_not_count() -> None:
    house = make.make_house()
    make.see(house, make.make_frame(at=datetime(2025, 12, 20, tzinfo=UTC)))
    assert publish() == 0


def test_another_scorers_regions_do_not_count() -> None:
    house = make.make_house()
    make.see(house, scorer=make.make_scorer())
    assert publish() == 0


def test_ranks_follow_festivity() -> None:
    middle, best, last = (make.make_ranked_house(festivity) for festivity in (0.1, 0.3, 0.05))
    assert ids() == [best.public_id, middle.public_id, last.public_id]


def test_equal_houses_keep_their_order_and_have_ranks_of_their_own() -> None:
    houses = [make.make_ranked_house(0.1) for _ in range(5)]
    assert ids() == [house.public_id for house in houses]
    assert [house.rank for house in leaderboard().houses] == [1, 2, 3, 4, 5]
    assert ids(limit=2, offset=2) == [house.public_id for house in houses[2:4]]


def test_a_hidden_house_leaves_the_list_and_the_next_one_moves_up() -> None:
    best, second = make.make_ranked_house(0.3), make.make_ranked_house(0.1)
    hide_house(best)
    assert [(house.public_id, house.rank) for house in leaderboard().houses] == [(second.public_id, 1)]
    assert house_page(best.public_id) is None
    show_house(best)
    assert ids() == [best.public_id, second.public_id]


def test_a_neighbourhoods_list_keeps_the_ranks_of_the_season() -> None:
    lane = make.make_neighbourhood()
    make.make_ranked_house(0.3)
    inside = make.make_ranked_house(0.1, neighbourhood=lane)
    ranking = leaderboard(neighbourhood=lane)
    assert ranking.total == 1
    assert [(h.public_id, h.rank, h.rank_in_neighbourhood) for h in ranking.houses] == [
        (inside.public_id, 2, 1)
    ]


def test_a_row_of_the_list_says_where_and_how_festive_the_house_is() -> None:
    house = make.make_ranked_house(0.1, street=make.make_street(), neighbourhood=make.make_neighbourhood())
    make.make_vote(house)
    row = leaderboard().houses[0]
    assert (row.street, row.neighbourhood, row.neighbourhood_slug) == (
        "Holly Street",
        "Candy Cane Lane",
        "candy-cane-lane",
    )
    assert (row.points, row.festivity_class, row.votes) == (71.3, "many", 1)
    assert (row.lon, row.lat) == pytest.approx(make.HOME)


def test_without_scorer_or_season_the_list_is_empty() -> None:
    assert leaderboard().houses == ()
    make.the_scorer()
    assert leaderboard().houses == ()


def test_neighbourhoods_rank_by_the_mean_points_of_their_visible_houses() -> None:
    bright, dim = make.make_neighbourhood("Bright"), make.make_neighbourhood("Dim")
    make.make_ranked_house(0.1, neighbourhood=bright)
    make.make_ranked_house(0.02, neighbourhood=dim)
    make.make_ranked_house(0.9, neighbourhood=dim, hidden=True)
    assert [(n.name, n.points, n.houses) for n in ranked_neighbourhoods()] == [
        ("Bright", 71.3, 1),
        ("Dim", 22.1, 1),
    ]


def test_a_houses_page_counts_its_frames_and_nights() -> None:
    house = make.make_house(neighbourhood=make.make_neighbourhood())
    for share, day, hour in ((0.1, 5, 18), (0.3, 5, 23), (0.2, 6, 1), (0.05, 7, 19)):
        make.see(house, make.make_frame(at=datetime(2026, 12, day, hour, tzinfo=UTC)), share)
    make.see(house, share=0.9, suppressed=True)
    publish()
    page = house_page(house.public_id)
    assert page is not None
    assert (page.house.rank, page.house.rank_in_neighbourhood, page.houses_in_neighbourhood) == (1, 1, 1)
    assert [frame.festivity for frame in page.best_frames] == pytest.approx([0.3, 0.2, 0.1, 0.05])
    assert page.nights == 2


def test_a_house_without_a_score_has_no_page() -> None:
    make.the_scorer()
    assert house_page(make.make_house().public_id) is None


def test_the_current_season_is_the_latest_with_houses() -> None:
    make.make_season(2026)
    make.make_ranked_house(season=make.make_season(2025))
    assert current_season(date(2026, 12, 24)) == make.make_season(2025)
    make.make_ranked_house(season=make.make_season(2026))
    assert current_season(date(2026, 12, 24)) == make.make_season(2026)


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2026, 10, 31), "2026 off-season"),
        (date(2026, 11, 1), "2026"),
        (date(2027, 1, 15), "2026"),
        (date(2027, 1, 16), "2027 off-season"),
    ],
)
def test_every_night_has_one_season(on: date, name: str) -> None:
    assert dates_for(on).name == ensure_season(on).name == name
    assert dates_for(on).starts_on <= on <= dates_for(on).ends_on


def test_a_season_is_made_once() -> None:
    assert ensure_season(date(2026, 12, 1)) == ensure_season(date(2027, 1, 2))


def test_the_evening_counts_by_the_places_own_calendar(settings) -> None:
    settings.PLACE_TIME_ZONE = "America/Los_Angeles"
    ensure_season(date(2026, 12, 1))
    assert season_of(datetime(2026, 11, 1, 5, tzinfo=UTC)) is None
    assert season_of(datetime(2027, 1, 16, 5, tzinfo=UTC)) is not None


def test_a_drive_makes_the_season_of_its_frames() -> None:
    drive = make.make_frame(at=datetime(2025, 12, 7, 18, tzinfo=UTC)).drive
    assert [season.name for season in ensure_seasons_of_drive(drive)] == ["2025"]
    assert ensure_seasons_of_drive(make.make_drive()) == []


def test_a_house_settles_at_the_nearest_named_street_within_60_m() -> None:
    make.make_street("", start=make.place(1, 0))
    near = make.make_street("Near Street", start=make.place(20, 0))
    make.make_street("Far Street", start=make.place(40, 0))
    house, remote = make.make_house(), make.make_house(make.place(-90, 0))
    assert settle_houses([house.pk, remote.pk]) == 1
    house.refresh_from_db()
    assert house.street == near


def test_a_house_settles_in_the_smallest_neighbourhood_that_covers_it() -> None:
    make.make_neighbourhood("City", half_side_m=5000)
    lane = make.make_neighbourhood("Lane", half_side_m=100)
    house = make.make_house()
    settle_houses([house.pk])
    house.refresh_from_db()
    assert house.neighbourhood == lane
