from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.test import Client

from server.frames.models import Frame
from server.labels.models import Label
from server.labels.pictures import unpacked
from tests.labels.pointing import iou, marks_on, post, save
from tests.labels.street import Shot, Street
from tests.server.factories import make_frame, make_staff


@pytest.fixture
def frame(db: None) -> Frame:
    """One without a picture and without features."""
    return make_frame()


def mask_of(label: Label) -> np.ndarray:
    return unpacked(bytes(label.mask or b""))


def kept_mask(client: Client, frame: Frame, **words: Any) -> np.ndarray:
    return mask_of(Label.objects.get(pk=save(client, frame, **words)))


def test_clicks_on_lights_find_more_lights(staff: Client, street: Street, bright: Shot) -> None:
    mask = kept_mask(staff, street.frame(bright), marks=marks_on(bright.festive, bright, count=6))
    assert mask.shape == bright.festive.shape
    assert iou(mask, bright.festive) > 0.35


def test_a_label_knows_what_it_was_drawn_on(staff: Client, street: Street, bright: Shot) -> None:
    label = Label.objects.get(pk=save(staff, street.frame(bright), marks=marks_on(bright.festive, bright)))
    assert (label.scorer, label.backbone_sha256) == (street.scorer, street.scorer.card["backbone_sha256"])
    assert (label.author.email, label.verdict, label.clicks.count()) == ("ada@example.org", "festive", 3)


def test_a_higher_threshold_marks_less(staff: Client, street: Street, bright: Shot) -> None:
    frame, marks = street.frame(bright), marks_on(bright.festive, bright)
    shares = [
        kept_mask(staff, frame, marks=marks, threshold=threshold).mean() for threshold in (-1, 0.2, 0.6)
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 10 * shares[-1] > 0


def test_a_minus_takes_its_like_away(staff: Client, street: Street, bright: Shot) -> None:
    frame, (first, second, *_) = street.frame(bright), marks_on(bright.festive, bright, count=2)
    with_both = kept_mask(staff, frame, marks=[first]).sum()
    without = kept_mask(staff, frame, marks=[first, {**second, "positive": False}], threshold=0.2).sum()
    assert without < with_both


def test_a_box_speaks_for_all_that_lies_in_it(staff: Client, street: Street, bright: Shot) -> None:
    x0, y0, x1, y1 = bright.scored.regions[0].box
    box = {"x": x0, "y": y0, "far_x": x1, "far_y": y1}
    assert kept_mask(staff, street.frame(bright), marks=[box]).mean() > 0.01


@pytest.mark.parametrize("edge", ["patches", "edges", "colours"])
def test_every_edge_can_be_asked_for(staff: Client, street: Street, bright: Shot, edge: str) -> None:
    marks = marks_on(bright.festive, bright)
    assert kept_mask(staff, street.frame(bright), marks=marks, edge=edge, smoothing=1, layer=2).any()


BRUSH = {"kind": "brush", "points": [[0.2, 0.5], [0.8, 0.5]], "radius": 0.02}
ERASER = {"kind": "eraser", "points": [[0.5, 0.5]], "radius": 0.05}
POLYGON = {"kind": "polygon", "points": [[0.1, 0.1], [0.3, 0.1], [0.3, 0.3]]}


def test_strokes_lie_over_what_was_clicked(staff: Client, street: Street, bright: Shot) -> None:
    frame, marks = street.frame(bright), marks_on(bright.festive, bright)
    clicked = kept_mask(staff, frame, marks=marks)
    both = kept_mask(staff, frame, marks=marks, strokes=[BRUSH, ERASER])
    painted = kept_mask(staff, frame, strokes=[BRUSH, ERASER])
    assert both[225, 200]
    assert not both[225, 400]
    away = np.hypot(*np.meshgrid(np.arange(800) + 0.5 - 400, np.arange(450) + 0.5 - 225)) > 40
    assert (both == ((clicked & away) | painted)).all()


def test_a_frame_without_features_is_labelled_by_strokes(staff: Client, street: Street, bright: Shot) -> None:
    frame = street.frame(bright)
    frame.patch_features.all().delete()
    label = Label.objects.get(pk=save(staff, frame, strokes=[POLYGON]))
    assert (label.verdict, label.clicks.count()) == ("festive", 0)
    assert label.mask_share == pytest.approx(0.02, rel=0.02)


def test_strokes_of_a_label_are_taken_up_again(staff: Client, street: Street, bright: Shot) -> None:
    frame = street.frame(bright)
    save(staff, frame, strokes=[BRUSH, POLYGON])
    brush, polygon = staff.get(f"/labels/{frame.public_id}/").context["desk"]["drawing"]["strokes"]
    assert (brush["kind"], brush["radius"], [list(point) for point in brush["points"]]) == (
        "brush", 0.02, BRUSH["points"],
    )  # fmt: skip
    assert (polygon["kind"], polygon["radius"]) == ("polygon", 0)


def test_strokes_that_leave_nothing_are_not_a_word(staff: Client, street: Street, bright: Shot) -> None:
    answer = post(staff, street.frame(bright), "labels", strokes=[ERASER])
    assert (answer.status_code, "covers nothing" in answer.json()["detail"]) == (400, True)
    assert not Label.objects.exists()


def test_the_features_travel_once(staff: Client, street: Street, bright: Shot) -> None:
    address = f"/api/frames/{street.frame(bright).public_id}/features/"
    first = staff.get(address)
    assert (first.status_code, first["Content-Type"]) == (200, "application/octet-stream")
    assert "private" in first["Cache-Control"]
    assert 1_000 < len(first.content) <= 300_000
    assert staff.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_features_that_were_not_kept_are_refused_in_a_sentence(staff: Client, frame: Frame) -> None:
    answer = staff.get(f"/api/frames/{frame.public_id}/features/")
    assert (answer.status_code, "No scorer is live" in answer.json()["detail"]) == (409, True)


def test_no_marks_say_that_nothing_is_festive(staff: Client, street: Street, bright: Shot) -> None:
    frame = street.frame(bright)
    label = Label.objects.get(pk=save(staff, frame))
    frame.refresh_from_db()
    assert (label.verdict, label.mask_share, frame.not_festive) == ("not_festive", 0, True)
    assert not mask_of(label).any()


def test_of_two_labels_the_newest_counts_and_both_are_kept(
    staff: Client, street: Street, bright: Shot
) -> None:
    frame = street.frame(bright)
    first = save(staff, frame)
    second = save(staff, frame, marks=marks_on(bright.festive, bright), based_on=first)
    kept = staff.get(f"/api/frames/{frame.public_id}/labels/").json()
    frame.refresh_from_db()
    assert ([label["id"] for label in kept], frame.not_festive) == ([second, first], False)


def test_whoever_saves_over_another_is_told(staff: Client, street: Street, bright: Shot) -> None:
    frame = street.frame(bright)
    other = Client()
    other.force_login(make_staff(email="grace@example.org"))
    save(other, frame)
    answer = post(staff, frame, "labels", marks=marks_on(bright.festive, bright), based_on=None).json()
    assert "grace@example.org labelled this frame while you were drawing" in answer["overtaken"]


def test_the_clicks_of_a_label_are_taken_up_again(staff: Client, street: Street, bright: Shot) -> None:
    frame, marks = street.frame(bright), marks_on(bright.festive, bright)
    save(staff, frame, marks=marks, threshold=0.25, edge="patches")
    drawing = staff.get(f"/labels/{frame.public_id}/").context["desk"]["drawing"]
    assert [(mark["x"], mark["y"]) for mark in drawing["marks"]] == [(mark["x"], mark["y"]) for mark in marks]
    assert (drawing["threshold"], drawing["edge"]) == (0.25, "patches")


NONSENSE: dict[str, tuple[dict[str, Any], str]] = {
    "a click beside the picture": ({"marks": [{"x": 1.2, "y": 0.5}]}, "from 0 to 1"),
    "a click that is no number": ({"marks": [{"x": "here", "y": 0.5}]}, "from 0 to 1"),
    "a click at nan": ({"marks": [{"x": "NaN", "y": 0.5}]}, "from 0 to 1"),
    "a click without a place": ({"marks": [{}]}, "required"),
    "marks that are no list": ({"marks": "all"}, "list"),
    "ten thousand clicks": ({"marks": [{"x": 0.5, "y": 0.5}] * 10_000}, "At most 200 clicks"),
    "a box without an end": ({"marks": [{"x": 0.5, "y": 0.5, "far_x": 0.7}]}, "far corner"),
    "a box inside out": ({"marks": [{"x": 0.5, "y": 0.5, "far_x": 0.2, "far_y": 0.9}]}, "far corner"),
    "a threshold of nan": ({"threshold": "nan"}, "between -1 and 1"),
    "a threshold without end": ({"threshold": "inf"}, "between -1 and 1"),
    "a threshold that is true": ({"threshold": True}, "between -1 and 1"),
    "a threshold too high": ({"threshold": 1.01}, "between -1 and 1"),
    "smoothing beyond reason": ({"smoothing": 1e9}, "0 and 10"),
    "an edge of another kind": ({"edge": "knife"}, "knife"),
    "no layer": ({"layer": 0}, "1"),
    "a word that nothing knows": ({"thresold": 0.4}, "“thresold” is nothing that a drawing knows"),
    "a mark with a colour": ({"marks": [{"x": 0.5, "y": 0.5, "colour": "red"}]}, "“colour” is nothing"),
    "strokes that are no list": ({"strokes": {}}, "list"),
    "a stroke of no kind": ({"strokes": [{"points": [[0, 0]]}]}, "a brush, an eraser, a polygon or a hole"),
    "a stroke of another kind": ({"strokes": [{**BRUSH, "kind": "spray"}]}, "a brush, an eraser"),
    "a stroke without points": ({"strokes": [{**BRUSH, "points": []}]}, "points [x, y]"),
    "a stroke beside the picture": ({"strokes": [{**BRUSH, "points": [[0.5, 1.1]]}]}, "x and y from 0 to 1"),
    "a stroke of words": ({"strokes": [{**BRUSH, "points": [["a", "b"]]}]}, "points [x, y]"),
    "a stroke of three numbers": ({"strokes": [{**BRUSH, "points": [[0.1, 0.2, 0.3]]}]}, "points [x, y]"),
    "a ragged stroke": ({"strokes": [{**BRUSH, "points": [[0.1, 0.2], [0.3]]}]}, "points [x, y]"),
    "a brush of no width": ({"strokes": [{**BRUSH, "radius": 0}]}, "wider than nothing"),
    "a brush wider than pictures": ({"strokes": [{**BRUSH, "radius": 7}]}, "a fifth"),
    "a polygon of two corners": ({"strokes": [{**POLYGON, "points": [[0, 0], [1, 1]]}]}, "three corners"),
    "a thousand strokes and one": ({"strokes": [BRUSH] * 1001}, "At most 1000 strokes"),
    "too many points": ({"strokes": [{**BRUSH, "points": [[0.5, 0.5]] * 20_001}]}, "more than 20000 points"),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_refused_in_a_sentence(staff: Client, frame: Frame, name: str) -> None:
    words, sentence = NONSENSE[name]
    answer = post(staff, frame, "labels", **words)
    assert answer.status_code == 400
    assert sentence in answer.json()["detail"]
    assert not Label.objects.exists()


def test_a_minus_alone_finds_nothing(staff: Client, street: Street, bright: Shot) -> None:
    marks = [{**mark, "positive": False} for mark in marks_on(bright.festive, bright)]
    answer = post(staff, street.frame(bright), "labels", marks=marks)
    assert (answer.status_code, "at least once" in answer.json()["detail"]) == (400, True)


@pytest.mark.parametrize(
    "body",
    [
        b"[1]",
        b"7",
        b"null",
        b"{",
        b"\xff",
        b'{"threshold": NaN}',
        b'{"strokes": [{"kind": "brush", "radius": 0.1, "points": [[NaN, 0.5]]}]}',
    ],
)
def test_a_body_that_says_nothing_is_refused(staff: Client, frame: Frame, body: bytes) -> None:
    address = f"/api/frames/{frame.public_id}/labels/"
    assert staff.post(address, body, content_type="application/json").status_code == 400


def test_a_click_on_the_dark_says_so(staff: Client, street: Street, bright: Shot) -> None:
    answer = post(staff, street.frame(bright), "labels", marks=[{"x": 0.01, "y": 0.01}])
    assert (answer.status_code, "anything to be seen" in answer.json()["detail"]) == (400, True)


def test_a_layer_that_was_not_kept_is_named(staff: Client, street: Street, bright: Shot) -> None:
    marks = marks_on(bright.festive, bright)
    answer = post(staff, street.frame(bright), "labels", marks=marks, layer=3)
    assert (answer.status_code, "2 layers" in answer.json()["detail"]) == (409, True)


def test_a_frame_that_was_deleted_is_told(staff: Client) -> None:
    answer = staff.post("/api/frames/nowhere/labels/", {}, content_type="application/json")
    assert (answer.status_code, "no longer there" in answer.json()["detail"]) == (404, True)


def test_a_frame_without_its_picture_says_so(staff: Client, frame: Frame) -> None:
    answer = post(staff, frame, "labels")
    assert (answer.status_code, "picture" in answer.json()["detail"]) == (409, True)
