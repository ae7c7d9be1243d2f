"""What the history of a frame tells, and labels that are taken again or withdrawn."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from django.apps import apps
from django.test import Client

from server.accounts.models import User
from server.frames.models import Frame
from server.houses.models import HouseScore, Sighting
from server.labels.drawing import Drawing, Mark, Stroke, drawing_of
from server.labels.history import history_of
from server.labels.models import Label
from server.labels.queries import newest_label
from server.labels.services import NotYours, Origin, record_mask, record_verdict, take_again, withdraw
from tests.server.factories import (
    draw_label,
    give_picture,
    make_frame,
    make_house,
    make_season,
    make_staff,
    make_user,
    score_house,
    see,
)

pytestmark = pytest.mark.django_db
Method = Label.Method


@pytest.fixture
def frame(db: None) -> Frame:
    return give_picture(make_frame())


@pytest.fixture
def author(db: None) -> User:
    return make_staff(email="ada@example.org")


def masked(frame: Frame, author: User, columns: int, origin: Origin | None = None) -> Label:
    """A label whose mask covers so many of 160 columns."""
    mask = np.zeros((90, 160), dtype=bool)
    mask[:, :columns] = True
    return record_mask(
        frame=frame, author=author, drawing=Drawing((Mark(0.1, 0.5),)), mask=mask, origin=origin or Origin()
    )


def test_every_label_tells_how_it_was_made(frame: Frame, author: User) -> None:
    clicked = masked(frame, author, 80)
    carried = masked(frame, author, 80, Origin(carried_from=clicked))
    brought = masked(frame, author, 80, Origin(imported=True))
    word = record_verdict(frame=frame, author=author, verdict=Label.Verdict.FESTIVE)
    assert [label.method for label in (clicked, carried, brought, word)] == [
        Method.CLICKS, Method.CARRIED, Method.IMPORTED, Method.WORD,
    ]  # fmt: skip


def test_strokes_are_told_and_taken_again(frame: Frame, author: User) -> None:
    mask = np.ones((90, 160), dtype=bool)
    stroke = Stroke("brush", ((0.1, 0.1), (0.2, 0.2)), 0.1)
    both, painted = (
        record_mask(
            frame=frame, author=author, drawing=Drawing(marks, strokes=(stroke,)), mask=mask, origin=Origin()
        )
        for marks in ((Mark(0.1, 0.5),), ())
    )
    assert (both.method, painted.method) == (Method.BOTH, Method.STROKES)
    assert drawing_of(take_again(both, author)) == Drawing((Mark(0.1, 0.5),), strokes=(stroke,))


def test_labels_from_before_are_told_by_what_they_have(frame: Frame, author: User) -> None:
    clicked, carried = masked(frame, author, 80), masked(frame, author, 80)
    carried.clicks.all().delete()
    word = record_verdict(frame=frame, author=author, verdict=Label.Verdict.FESTIVE)
    Label.objects.update(method=Method.WORD)
    import_module("server.labels.migrations.0005_how_old_labels_were_made").tell(apps, None)
    methods = [Label.objects.get(pk=label.pk).method for label in (clicked, carried, word)]
    assert methods == [Method.CLICKS, Method.CARRIED, Method.WORD]


def test_the_history_tells_what_changed(frame: Frame, author: User) -> None:
    masked(frame, author, 80)
    masked(frame, author, 96)
    said, older = history_of(frame, author)
    assert older == 0
    assert said[0].counts
    assert not said[1].counts
    assert said[0].change is not None
    assert (said[0].change.added, said[0].change.removed) == (pytest.approx(10), 0)
    assert said[1].change is None


def test_an_older_label_is_taken_again_with_its_clicks(frame: Frame, author: User) -> None:
    first = masked(frame, author, 80)
    masked(frame, author, 20)
    again = take_again(first, make_staff(email="ben@example.org"))
    assert newest_label(frame) == again
    assert (again.method, again.again_of, bytes(again.mask or b"")) == (
        Method.AGAIN,
        first,
        bytes(first.mask or b""),
    )
    assert [(click.x, click.y) for click in again.clicks.all()] == [(0.1, 0.5)]


def test_a_withdrawn_label_does_not_count_and_is_still_told(frame: Frame, author: User) -> None:
    first, mistaken = masked(frame, author, 80), masked(frame, author, 20)
    assert withdraw(mistaken, author)
    assert not withdraw(mistaken, author)
    assert newest_label(frame) == first
    assert list(Label.objects.newest_of_each_frame()) == [first]
    said, _older = history_of(frame, author)
    assert [(one.label, one.counts, one.withdrawn_by) for one in said] == [
        (mistaken, False, "ada"),
        (first, True, ""),
    ]


def test_only_its_author_and_staff_withdraw_a_label(frame: Frame) -> None:
    driver = make_user("driver@example.org")
    label = draw_label(frame, author=driver)
    with pytest.raises(NotYours):
        withdraw(label, make_user("other@example.org"))
    assert withdraw(label, driver)


def test_the_frame_and_its_houses_follow_a_withdrawn_word(frame: Frame, author: User) -> None:
    make_season()
    house = make_house()
    see(house, frame)
    score_house(house)
    word = record_verdict(frame=frame, author=author, verdict=Label.Verdict.NOT_FESTIVE)
    assert Frame.objects.get(pk=frame.pk).not_festive
    assert Sighting.objects.get(frame=frame).suppressed
    assert not HouseScore.objects.filter(house=house, festivity__gt=0).exists()
    withdraw(word, author)
    assert not Frame.objects.get(pk=frame.pk).not_festive
    assert not Sighting.objects.get(frame=frame).suppressed
    assert HouseScore.objects.filter(house=house, festivity__gt=0).exists()


def test_the_list_of_labels_tells_which_were_withdrawn(frame: Frame, author: User) -> None:
    first, second = masked(frame, author, 80), masked(frame, author, 96)
    withdraw(second, author)
    client = Client()
    client.force_login(author)
    told = client.get(f"/api/frames/{frame.public_id}/labels/").json()
    assert [(row["id"], row["withdrawn_at"] is None) for row in told] == [
        (second.pk, False),
        (first.pk, True),
    ]


def test_the_page_shows_masks_and_takes_deeds(frame: Frame, author: User) -> None:
    first, second = masked(frame, author, 80), masked(frame, author, 96)
    client = Client()
    client.force_login(author)
    page = client.get(f"/labels/{frame.public_id}/").content.decode()
    assert "+10.0 % −0.0 %" in page
    assert client.get(f"/labels/{frame.public_id}/label-{first.pk}.png").status_code == 200
    assert client.get(f"/labels/{make_frame().public_id}/label-{first.pk}.png").status_code == 404
    client.post(f"/labels/{frame.public_id}/withdraw/{second.pk}/")
    assert newest_label(frame) == first
    answer = client.post(f"/labels/{frame.public_id}/again/{second.pk}/", follow=True)
    assert "an older one taken again" in answer.content.decode()


def test_the_grid_of_a_drive_shows_no_withdrawn_word(frame: Frame, author: User) -> None:
    from server.frames.grids import frame_grid

    word = record_verdict(frame=frame, author=author, verdict=Label.Verdict.NOT_FESTIVE)
    assert frame_grid(frame.drive, "time", None)[0][0].verdict == "not_festive"
    withdraw(word, author)
    assert frame_grid(frame.drive, "time", None)[0][0].verdict == ""
