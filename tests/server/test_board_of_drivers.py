"""Drivers by new kilometres: only those who chose a name, and each street once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from server.accounts.models import User
from server.boards.models import DriverName, NewWay
from server.boards.names import clean_name
from server.boards.services import NameTaken, choose_name, count_new_ways, withdraw_name
from server.drives.models import Drive
from tests.server import factories as make

pytestmark = pytest.mark.django_db


def driven(driver: User, north_m: float = 400, days: int = 0) -> Drive:
    """A drive along Holly Street, from its beginning so far to the north, in the season of 2026."""
    make.make_season()
    drive = make.make_drive(driver, stage="done", finished_at=timezone.now())
    for number in range(round(north_m / 10) + 1):
        at = make.NIGHT + timedelta(days=days, seconds=number)
        make.make_track_point(drive, at, make.place(0, 10.0 * number))
    return drive


def on_the_board(client: Client | None = None) -> list[tuple[str, float]]:
    rows = (client or Client()).get("/api/leaderboard/drivers/").json()["results"]
    return [(row["name"], row["new_km"]) for row in rows]


@pytest.fixture
def street() -> None:
    make.make_street(end=make.place(0, 1000))
    make.score_house(make.make_house(), 0.1)


def test_a_street_counts_for_the_first_who_brought_it(street: None) -> None:
    first, second = make.make_user(), make.make_user()
    driven(first, 400)
    driven(second, 1000)
    choose_name(driver=first, name="Night Owl")
    choose_name(driver=second, name="Frau Holle")
    assert count_new_ways() == 2
    assert on_the_board() == [("Frau Holle", 0.6), ("Night Owl", 0.4)]


def test_driving_the_same_street_again_gains_nothing(street: None) -> None:
    driver = make.make_user()
    driven(driver)
    driven(driver, days=1)
    choose_name(driver=driver, name="Night Owl")
    count_new_ways()
    assert on_the_board() == [("Night Owl", 0.4)]


def test_the_drive_of_somebody_who_is_not_on_the_board_counts_against_what_is_new(street: None) -> None:
    driven(make.make_user(), 1000)
    late = make.make_user()
    driven(late)
    choose_name(driver=late, name="Latecomer")
    count_new_ways()
    assert on_the_board() == []


def test_a_season_begins_anew(street: None) -> None:
    driver = make.make_user()
    make.make_season(2025)
    driven(make.make_user(), days=-365)
    driven(driver)
    choose_name(driver=driver, name="Night Owl")
    count_new_ways()
    assert on_the_board() == [("Night Owl", 0.4)]


def test_nobody_stands_there_who_did_not_choose_to_and_nothing_is_counted_of_them(street: None) -> None:
    driven(make.make_user())
    assert count_new_ways() == 0
    assert (on_the_board(), NewWay.objects.count()) == ([], 0)


def test_whoever_withdraws_is_gone_at_once(street: None) -> None:
    driver = make.make_user()
    driven(driver)
    choose_name(driver=driver, name="Night Owl")
    count_new_ways()
    withdraw_name(driver=driver)
    assert on_the_board() == []
    assert "Night Owl" not in Client().get("/leaderboard/drivers.csv").getvalue().decode()


def test_a_drive_is_counted_once_and_again_when_it_was_finished_again(street: None) -> None:
    driver = make.make_user()
    drive = driven(driver)
    choose_name(driver=driver, name="Night Owl")
    assert [count_new_ways(), count_new_ways()] == [1, 0]
    Drive.objects.filter(pk=drive.pk).update(finished_at=timezone.now() + timedelta(minutes=1))
    assert count_new_ways() == 1


def test_a_drive_without_a_track_is_counted_as_nothing() -> None:
    driver = make.make_user()
    make.make_drive(driver, stage="done", finished_at=timezone.now())
    choose_name(driver=driver, name="Night Owl")
    assert count_new_ways() == 1
    assert NewWay.objects.get().new_m == 0


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("me@example.org", "e-mail address"),
        ("ab", "3 to 24"),
        ("x" * 25, "3 to 24"),
        ("  \u2003 ", "3 to 24"),
        ("...---...", "three of them"),
        ("Owl\u202egnol", "Use letters"),
        ("<b>Owl</b>", "Use letters"),
        ("owls.com", "web address"),
        ("Mod-Erator", "kept for those"),
        ("Jo Smith", "first part of your e-mail"),
    ],
)
def test_a_name_that_will_not_do_gets_a_sentence(name: str, part: str) -> None:
    with pytest.raises(ValidationError, match=part):
        clean_name(name, "jo.smith@example.org")


@pytest.mark.parametrize("name", ["Frau Holle", "Père Noël", "O'Brien 7", "ночная сова"])
def test_names_of_every_alphabet_will_do(name: str) -> None:
    assert clean_name(f"  {name} ", "x@example.org") == name


@pytest.mark.parametrize("name", ["Night Owl", "NIGHT-OWL", "night.owl", "Níght Owl"])
def test_no_name_passes_for_another(name: str) -> None:
    choose_name(driver=make.make_user(), name="Night Owl")
    with pytest.raises(NameTaken):
        choose_name(driver=make.make_user(), name=name)


def test_a_driver_chooses_changes_and_withdraws_on_a_page() -> None:
    driver = make.make_user()
    client = Client()
    client.force_login(driver)
    client.post("/leaderboard/drivers/name/", {"name": "Night Owl"})
    client.post("/leaderboard/drivers/name/", {"name": "Barn Owl"})
    assert DriverName.objects.get(driver=driver).name == "Barn Owl"
    client.post("/leaderboard/drivers/name/forget/")
    assert not DriverName.objects.exists()


def test_a_taken_name_is_refused_on_the_page() -> None:
    choose_name(driver=make.make_user(), name="Night Owl")
    client = Client()
    client.force_login(make.make_user())
    answer = client.post("/leaderboard/drivers/name/", {"name": "night owl"})
    assert answer.status_code == 400
    assert "Another driver has this name" in answer.content.decode()


def test_a_long_name_of_syllables_finds_room() -> None:
    assert choose_name(driver=make.make_user(), name="\uac01" * 24).name == "\uac01" * 24
