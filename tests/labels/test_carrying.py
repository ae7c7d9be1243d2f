from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from django.test import Client
from PIL import Image

from server.frames.models import Frame
from server.labels.models import Label
from server.labels.pictures import unpacked
from server.labels.services import withdraw
from tests.labels.pointing import iou, marks_on, mask_in, post, save
from tests.labels.street import Shot, Street

SIZE = (450, 800)


def display(shot: Shot, house: int) -> np.ndarray:
    return np.asarray(shot.festive & (shot.houses == house))


def by_threshold(shot: Shot) -> np.ndarray:
    """(H, W): where the festivity map alone is above one half."""
    chances = Image.fromarray(shot.scored.festivity_map).resize(SIZE[::-1], Image.Resampling.BILINEAR)
    return np.asarray(chances) >= 0.5


def pairs(shots: list[Shot]) -> Iterator[tuple[Shot, Shot, int]]:
    """Frames of one camera one after the other, and a house whose display is well seen in both."""
    for side in ("left", "right"):
        row = [shot for shot in shots if shot.side == side]
        for first, second in pairwise(row):
            for house in np.unique(first.houses[first.houses > 0]):
                if min(display(first, house).mean(), display(second, house).mean()) > 0.01:
                    yield first, second, int(house)


def carried(client: Client, frame: Frame, frames: int = 8) -> list[dict[str, Any]]:
    answer = client.get(f"/api/frames/{frame.public_id}/carry/?frames={frames}")
    assert answer.status_code == 200, answer.content
    return answer.json()["proposals"]


def test_a_mask_finds_its_display_in_the_next_frame(staff: Client, street: Street, shots: list[Shot]) -> None:
    by_clicks, by_map = [], []
    for first, second, house in pairs(shots):
        save(staff, street.frame(first), marks=marks_on(display(first, house), first))
        (proposal,) = carried(staff, street.frame(first), frames=1)
        assert proposal["frame"] == street.frame(second).public_id
        by_clicks.append(iou(mask_in(proposal["overlay"], SIZE), display(second, house)))
        by_map.append(iou(by_threshold(second), display(second, house)))
    print(by_clicks, by_map)
    assert len(by_clicks) >= 2
    assert np.mean(by_clicks) > np.mean(by_map)


@pytest.fixture
def label(staff: Client, street: Street, shots: list[Shot]) -> Label:
    """On the first frame of a pair that shows one display."""
    first, _, house = next(pairs(shots))
    return Label.objects.get(
        pk=save(staff, street.frame(first), marks=marks_on(display(first, house), first), threshold=0.3)
    )


def accept(client: Client, frame: Frame, label: Any) -> Any:
    return post(client, frame, "accept", carried_from=label)


def following(label: Label) -> list[Frame]:
    return list(
        Frame.objects.filter(camera=label.frame.camera, captured_at__gt=label.frame.captured_at).in_order()
    )


def test_an_accepted_mask_is_a_label_carried_from_the_first(staff: Client, label: Label) -> None:
    target = following(label)[0]
    (proposal,) = carried(staff, label.frame, frames=1)
    answer = accept(staff, target, label.pk)
    kept = Label.objects.get(frame=target)
    assert (answer.status_code, kept.carried_from, kept.clicks.count()) == (201, label, 0)
    shown = mask_in(proposal["overlay"], SIZE)
    assert iou(unpacked(bytes(kept.mask or b"")), shown) > 0.85


def test_proposals_are_of_the_same_camera_in_order_of_time(staff: Client, label: Label) -> None:
    wanted = [frame.public_id for frame in following(label)]
    assert [proposal["frame"] for proposal in carried(staff, label.frame)] == wanted
    assert not Label.objects.exclude(pk=label.pk).exists()


def test_a_carried_label_is_carried_on_by_its_looks(staff: Client, label: Label) -> None:
    second, *later = following(label)
    accept(staff, second, label.pk)
    assert len(carried(staff, second)) == len(later)


def test_a_label_with_strokes_is_carried_on_by_its_mask(
    staff: Client, street: Street, shots: list[Shot]
) -> None:
    first, second, house = next(pairs(shots))
    rows, columns = np.nonzero(display(first, house))
    edges = (
        (columns.min(), rows.min()),
        (columns.max(), rows.min()),
        (columns.max(), rows.max()),
        (columns.min(), rows.max()),
    )
    corners = [[float(x) / SIZE[1], float(y) / SIZE[0]] for x, y in edges]
    save(staff, street.frame(first), strokes=[{"kind": "polygon", "points": corners}])
    (proposal,) = carried(staff, street.frame(first), frames=1)
    assert proposal["found"]
    assert iou(mask_in(proposal["overlay"], SIZE), display(second, house)) > 0.1


def test_a_frame_that_already_has_a_label_says_so(staff: Client, label: Label) -> None:
    save(staff, following(label)[0])
    assert carried(staff, label.frame, frames=1)[0]["labelled"]


def test_a_frame_without_features_is_passed_over_with_a_sentence(staff: Client, label: Label) -> None:
    target = following(label)[0]
    target.patch_features.all().delete()
    first, *_ = carried(staff, label.frame)
    assert "rescore --features" in first["trouble"]
    answer = accept(staff, target, label.pk)
    assert (answer.status_code, answer.json()["detail"]) == (409, first["trouble"])


def test_a_label_is_not_carried_back_nor_to_another_camera(staff: Client, label: Label) -> None:
    others = Frame.objects.exclude(camera=label.frame.camera)
    assert {accept(staff, frame, label.pk).status_code for frame in (label.frame, *others)} == {404}


def test_a_label_that_was_withdrawn_is_not_carried(staff: Client, label: Label) -> None:
    withdraw(label, label.author)
    assert accept(staff, following(label)[0], label.pk).status_code == 404
    assert not Label.objects.exclude(pk=label.pk).exists()


@pytest.mark.parametrize("carried_from", [None, "x", 0, 10**30, [1]])
def test_only_a_label_can_be_accepted(staff: Client, label: Label, carried_from: Any) -> None:
    assert accept(staff, following(label)[0], carried_from).status_code in (400, 404)


@pytest.mark.parametrize("frames", ["0", "25", "x", "-1", "1e3"])
def test_a_number_of_frames_beyond_reason_is_refused(staff: Client, label: Label, frames: str) -> None:
    answer = staff.get(f"/api/frames/{label.frame.public_id}/carry/?frames={frames}")
    assert (answer.status_code, answer.json()["detail"]) == (400, "Carry a mask to 1 to 24 frames at once.")


def test_nothing_is_carried_from_a_frame_without_a_mask(staff: Client, street: Street, bright: Shot) -> None:
    frame = street.frame(bright)
    for sentence in ("Draw a mask", "nothing to carry on"):
        answer = staff.get(f"/api/frames/{frame.public_id}/carry/")
        assert (answer.status_code, sentence in answer.json()["detail"]) == (400, True)
        save(staff, frame)
