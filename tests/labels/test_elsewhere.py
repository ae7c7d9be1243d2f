"""Where else: what was marked on one frame lights up in others."""

from __future__ import annotations

import numpy as np
import pytest
from django.test import Client

from ml.tools.segment import prototypes, similarity_of
from server.accounts.models import User
from server.frames.models import Frame
from server.labels import elsewhere
from server.labels.drawing import Drawing, Mark
from server.labels.elsewhere import Asked, asked_of, found_elsewhere, make_gists, stretch_after
from server.labels.models import Gist
from server.labels.patches.elsewhere import lit_in, thing_of
from server.labels.patches.gists import gist_of, likeness_of_gists, means
from server.labels.patches.kept import patches_of
from server.labels.patches.masks import CannotDraw, seeds_of
from tests.labels.pointing import marks_on, save
from tests.labels.street import Shot, Street
from tests.server.factories import (
    draw_label,
    give_picture,
    make_frame,
    make_house,
    make_staff,
    make_user,
    see,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawing(bright: Shot) -> Drawing:
    return Drawing(tuple(Mark(**mark) for mark in marks_on(bright.festive, bright)))


@pytest.fixture
def ada(db: None) -> User:
    return make_staff(email="ada@example.org")


@pytest.fixture
def asked(street: Street, bright: Shot, drawing: Drawing) -> Asked:
    return Asked(street.frame(bright), drawing, None, everywhere=False)


def test_frames_light_up_the_most_alike_first(asked: Asked, street: Street, ada: User) -> None:
    found = found_elsewhere(asked, ada, 0, 0)
    likeness = [one.likeness for one in found.frames]
    assert likeness == sorted(likeness, reverse=True)
    assert len(likeness) >= 3
    assert asked.frame not in [one.frame for one in found.frames]
    assert (found.ranked, found.waiting, found.next) == (len(street.frames) - 1, 0, None)


def test_what_lights_up_is_what_a_mask_would_take(asked: Asked, street: Street, shots: list[Shot]) -> None:
    here = patches_of(asked.frame, street.scorer)
    thing = thing_of(here, asked.drawing, None)
    other = next(street.frame(shot) for shot in shots if street.frame(shot) != asked.frame)
    lit = lit_in(other.patch_features.get(), street.scorer, thing)
    there = patches_of(other, street.scorer).layer(1)
    looks = prototypes(here.layer(1), seeds_of(asked.drawing.marks))
    assert np.mean(lit.patches == (similarity_of(there, looks) >= asked.drawing.threshold)) > 0.999


def test_gists_lead_to_frames_that_are_alike(asked: Asked, street: Street) -> None:
    thing = thing_of(patches_of(asked.frame, street.scorer), asked.drawing, None)
    rows = [frame.patch_features.get() for frame in street.frames.values()]
    by_gist = likeness_of_gists([gist_of(row, street.scorer) for row in rows], thing.gist)
    exact = [lit_in(row, street.scorer, thing).likeness for row in rows]
    assert np.corrcoef(by_gist, exact)[0, 1] > 0.6


def test_a_gist_of_nothing_is_like_nothing(asked: Asked, street: Street) -> None:
    thing = thing_of(patches_of(asked.frame, street.scorer), asked.drawing, None)
    assert likeness_of_gists([b"", b""], thing.gist).tolist() == [-1, -1]
    assert likeness_of_gists([], thing.gist).tolist() == []
    assert means(np.zeros((0, 4), dtype=np.float32)).shape == (0, 4)


def test_a_request_makes_few_gists_and_the_sweeper_the_rest(
    asked: Asked, street: Street, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elsewhere, "MOST_NEW", 2)
    found = found_elsewhere(asked, ada, 0, 0)
    assert (found.ranked, found.waiting) == (2, len(street.frames) - 3)
    assert elsewhere.sweep() == Gist.objects.count() - 2
    assert found_elsewhere(asked, ada, 0, 0).waiting == 0
    assert make_gists(street.scorer, None, 9) == 0


def test_features_that_are_damaged_are_left_out(asked: Asked, street: Street, ada: User) -> None:
    whole = {one.frame for one in found_elsewhere(asked, ada, 0, 0).frames}
    Gist.objects.all().delete()
    for frame in whole:
        row = frame.patch_features.get()
        with row.file.storage.open(row.file.name, "wb") as stream:
            stream.write(b"no features")
    elsewhere.cache.clear()
    assert not {one.frame for one in found_elsewhere(asked, ada, 0, 0).frames} & whole


def test_another_drive_is_looked_through_where_it_is_asked_for(
    asked: Asked, street: Street, shots: list[Shot], ada: User
) -> None:
    taken = [street.frame(shot) for shot in shots if street.frame(shot) != asked.frame][:3]
    elsewhere_taken = make_frame().drive
    Frame.objects.filter(pk__in=[frame.pk for frame in taken]).update(drive=elsewhere_taken)
    within = found_elsewhere(asked, ada, 0, 0)
    everywhere = found_elsewhere(Asked(asked.frame, asked.drawing, None, everywhere=True), ada, 0, 0)
    assert everywhere.ranked - within.ranked == 3


def test_a_label_without_marks_is_looked_for_by_its_mask(street: Street, bright: Shot, ada: User) -> None:
    frame = street.frame(bright)
    label = draw_label(frame, rows=450, columns=800)
    label.clicks.all().delete()
    asked = asked_of(frame, None, everywhere=False)
    assert asked is not None
    assert asked.mask is not None
    assert found_elsewhere(asked, ada, 0, 0).frames


def test_marks_on_nothing_are_told(street: Street, bright: Shot) -> None:
    patches = patches_of(street.frame(bright), street.scorer)
    dark = np.argwhere(~patches.layer(1).any(axis=-1))
    rows, columns = patches.layer(1).shape[:2]
    row, column = dark[0]
    thing = Drawing((Mark((column + 0.5) / columns, (row + 0.5) / rows),))
    with pytest.raises(CannotDraw):
        thing_of(patches, thing, None)


def test_the_page_asks_for_a_mark_and_takes_the_draft(staff: Client, street: Street, bright: Shot) -> None:
    frame = street.frame(bright)
    address = f"/labels/{frame.public_id}/elsewhere/"
    assert "Mark it on the frame first" in staff.get(address).content.decode()
    marks = marks_on(bright.festive, bright)
    staff.put(
        f"/api/frames/{frame.public_id}/draft/",
        {"drawing": {"marks": marks}},
        content_type="application/json",
    )
    answer = staff.get(address)
    assert answer.context["found"].frames
    assert staff.get(address, {"stretch": "9", "page": "x", "of": "all"}).status_code == 200


def test_a_frame_without_features_says_why(staff: Client, street: Street) -> None:
    frame = give_picture(make_frame())
    draw_label(frame)
    page = staff.get(f"/labels/{frame.public_id}/elsewhere/").content.decode()
    assert "has not seen this frame yet" in page


def test_the_label_that_counts_is_looked_for_where_nothing_is_drawn(
    staff: Client, street: Street, bright: Shot
) -> None:
    save(staff, street.frame(bright), marks=marks_on(bright.festive, bright))
    assert staff.get(f"/labels/{street.frame(bright).public_id}/elsewhere/").context["found"].frames


@pytest.mark.parametrize(
    ("stretch", "page", "count_lit", "count_ranked", "following"),
    [(0, 0, 25, 96, (0, 1)), (0, 1, 48, 97, (1, 0)), (0, 0, 24, 96, None), (2, 0, 0, 400, (3, 0))],
)
def test_one_looks_further_within_a_stretch_and_then_in_the_next(
    stretch: int, page: int, count_lit: int, count_ranked: int, following: tuple[int, int] | None
) -> None:
    assert stretch_after(stretch, page, count_lit, count_ranked) == following


def test_what_staff_found_is_not_shown_to_who_may_not_see_it(asked: Asked, street: Street, ada: User) -> None:
    grace = make_user("grace@example.org", is_labeller=True)
    hidden = found_elsewhere(asked, ada, 0, 0).frames[0].frame
    see(make_house(hidden=True), hidden)
    found = found_elsewhere(asked, grace, 0, 0)
    assert hidden not in [one.frame for one in found.frames]
    assert found.ranked == len(street.frames) - 2


def test_what_was_hidden_since_it_was_found_is_not_shown(asked: Asked, street: Street) -> None:
    grace = make_user("grace@example.org", is_labeller=True)
    hidden = found_elsewhere(asked, grace, 0, 0).frames[0].frame
    see(make_house(hidden=True), hidden)
    assert hidden not in [one.frame for one in found_elsewhere(asked, grace, 0, 0).frames]
