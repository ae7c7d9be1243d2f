from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from server.accounts.models import User
from server.drives.models import Drive, Footage, Reason, Stage
from tests.server.factories import (
    give_picture,
    make_drive,
    make_footage,
    make_frame,
    make_ranked_house,
    make_scorer,
    make_staff,
    make_user,
    score_frame,
    see,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def driver() -> User:
    return make_user()


@pytest.fixture
def client(driver: User) -> Client:
    client = Client()
    client.force_login(driver)
    return client


def read(client: Client, name: str, *arguments: str, part: bool = False, **asked: str) -> str:
    headers = {"X-Part": "1"} if part else {}
    answer = client.get(reverse(name, args=arguments), asked, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_a_drive_the_list_says_how_to_begin(client: Client) -> None:
    assert "No drive yet" in read(client, "drives:mine")


def test_the_list_holds_my_drives_and_no_others(client: Client, driver: User) -> None:
    make_drive(driver, title="Mine")
    make_drive(title="Theirs")
    page = read(client, "drives:mine")
    assert "Mine" in page
    assert "Theirs" not in page


@pytest.mark.parametrize("name", ["drives:mine", "drives:drive"])
def test_a_drive_at_work_keeps_its_page_asking(client: Client, driver: User, name: str) -> None:
    drive = make_drive(driver, stage=Stage.SCORE)
    arguments = [drive.public_id] if name == "drives:drive" else []
    assert "data-live-on" in read(client, name, *arguments, part=True)
    Drive.objects.update(stage=Stage.DONE)
    assert "data-live-on" not in read(client, name, *arguments, part=True)


def test_the_part_that_is_asked_for_again_is_a_part_only(client: Client, driver: User) -> None:
    drive = make_drive(driver, stage=Stage.SCORE)
    part = read(client, "drives:drive", drive.public_id, part=True)
    assert "<html" not in part
    assert part.strip() in read(client, "drives:drive", drive.public_id)


def test_the_counts_of_a_drive_balance_on_its_page(client: Client, driver: User) -> None:
    drive = make_drive(driver, stage=Stage.DONE)
    score_frame(make_frame(drive))
    make_footage(drive, state=Footage.State.REJECTED, reason=Reason.NO_POSITION)
    page = read(client, "drives:drive", drive.public_id)
    assert "<dt>files</dt><dd>2</dd>" in page
    assert "<dt>accepted</dt><dd>1</dd>" in page
    assert "<dt>rejected</dt><dd>1</dd>" in page
    assert "<dt>scored</dt><dd>1</dd>" in page


def test_a_rejected_file_has_its_reason_and_what_to_do(client: Client, driver: User) -> None:
    drive = make_drive(driver, stage=Stage.DONE)
    make_footage(drive, name="<odd>.jpg", state=Footage.State.REJECTED, reason=Reason.NO_POSITION)
    page = read(client, "drives:drive", drive.public_id)
    assert "Turn on location." in page
    assert "&lt;odd&gt;.jpg" in page


def test_a_drive_that_stands_still_says_why(client: Client, driver: User) -> None:
    drive = make_drive(driver, stage=Stage.LOCATE, failure="The car never moved. Send a longer drive.")
    assert "The car never moved. Send a longer drive." in read(client, "drives:drive", drive.public_id)


def test_frames_come_by_score_or_as_driven(client: Client, driver: User) -> None:
    drive = make_drive(driver, stage=Stage.DONE)
    first = make_frame(drive, at=datetime(2026, 12, 5, 20, 0, tzinfo=UTC))
    second = make_frame(drive, at=datetime(2026, 12, 5, 20, 1, tzinfo=UTC))
    unscored = make_frame(drive, at=datetime(2026, 12, 5, 20, 2, tzinfo=UTC))
    score_frame(first, 0.01)
    score_frame(second, 0.2)
    for sort, order in (("score", (second, first, unscored)), ("time", (first, second, unscored))):
        page = read(client, "frames:grid", drive.public_id, sort=sort)
        places = [page.index(f"frame-{frame.public_id}") for frame in order]
        assert places == sorted(places)


def test_times_on_pages_are_the_places_own(client: Client, driver: User, settings: Any) -> None:
    settings.PLACE_TIME_ZONE = "Europe/Helsinki"
    drive = make_drive(driver, stage=Stage.DONE)
    make_frame(drive, at=datetime(2026, 12, 5, 20, 0, tzinfo=UTC))
    assert "22:00:00" in read(client, "frames:grid", drive.public_id)


def test_only_staff_are_offered_a_verdict(client: Client, driver: User) -> None:
    drive = make_drive(driver, stage=Stage.DONE)
    make_frame(drive)
    staff = Client()
    staff.force_login(make_staff())
    assert "not festive" not in read(client, "drives:drive", drive.public_id)
    assert "not festive" in read(staff, "drives:drive", drive.public_id)


def test_a_verdict_without_scripts_takes_the_house_off() -> None:
    house = make_ranked_house(0.1)
    frame = house.sightings.get().frame
    staff = Client()
    staff.force_login(make_staff())
    answer = staff.post(reverse("labels:verdict", args=[frame.public_id]), {"verdict": "not_festive"})
    assert answer.headers["Location"] == reverse("drives:drive", args=[frame.drive.public_id])
    assert not house.scores.exists()


def test_an_unknown_verdict_is_refused() -> None:
    frame = make_frame()
    staff = Client()
    staff.force_login(make_staff())
    answer = staff.post(reverse("labels:verdict", args=[frame.public_id]), {"verdict": "maybe"})
    assert (answer.status_code, frame.labels.count()) == (400, 0)


def test_the_pictures_of_a_house_are_public_and_cached() -> None:
    frame = see(make_ranked_house(0.1), give_picture(make_frame())).frame
    answer = Client().get(reverse("frames:picture", args=[frame.public_id]))
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert {"public", "immutable"} <= set(answer.headers["Cache-Control"].split(", "))


def test_hiding_the_house_hides_its_pictures() -> None:
    house = make_ranked_house(0.1)
    frame = see(house, give_picture(make_frame())).frame
    house.hidden = True
    house.save()
    for name in ("picture", "thumbnail", "overlay"):
        assert Client().get(reverse(f"frames:{name}", args=[frame.public_id])).status_code == 404


def test_a_private_picture_is_kept_by_no_shared_cache(client: Client, driver: User) -> None:
    frame = give_picture(make_frame(make_drive(driver)))
    answer = client.get(reverse("frames:picture", args=[frame.public_id]))
    assert "private" in answer.headers["Cache-Control"].split(", ")


def test_a_picture_that_the_browser_has_is_not_sent_again(client: Client, driver: User) -> None:
    frame = give_picture(make_frame(make_drive(driver)))
    score_frame(frame)
    for name in ("picture", "overlay"):
        address = reverse(f"frames:{name}", args=[frame.public_id])
        etag = client.get(address).headers["ETag"]
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_a_picture_that_is_gone_is_not_found(client: Client, driver: User) -> None:
    frame = make_frame(make_drive(driver))
    assert client.get(reverse("frames:picture", args=[frame.public_id])).status_code == 404


def test_a_drive_bears_the_date_of_its_first_frame(client: Client) -> None:
    driver = make_user()
    client.force_login(driver)
    drive = make_frame(drive=make_drive(driver)).drive
    assert b"5 December 2026" in client.get("/drives/").content
    assert b"5 December 2026" in client.get(f"/drives/{drive.public_id}/").content


def test_a_drive_under_a_scorer_that_is_not_live_is_not_said_to_be_on_the_map(
    client: Client, driver: User
) -> None:
    make_scorer(live=True)
    drive = make_drive(driver, stage=Stage.DONE, scorer_hash="another")
    page = client.get(f"/drives/{drive.public_id}/").content.decode()
    assert "waiting for the new scorer" in page
    assert ">on the map<" not in page
