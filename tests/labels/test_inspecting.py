from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from ml.packing import load_packing
from ml.stored import read, token_grids
from ml.tools.pca import alike, colours, fit_basis
from ml.vectors import of_length_one
from server.frames.models import Frame
from server.frames.services import keep_features
from tests.labels.street import Shot, Street
from tests.server.factories import draw_label, make_frame, make_user, score_frame

LAYERS = ("pca-1", "pca-2", "cls-1", "cls-2", "similarity-1", "similarity-2")


def layer_of(client: Client, frame: Frame, layer: str, query: str = "") -> np.ndarray:
    """(h, w, 4)."""
    answer = client.get(f"/labels/{frame.public_id}/{layer}.png{query}")
    assert answer.status_code == 200, answer.content
    return np.asarray(Image.open(io.BytesIO(answer.content)))


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_has_one_pixel_per_patch(staff: Client, street: Street, bright: Shot, layer: str) -> None:
    pixels = layer_of(staff, street.frame(bright), layer)
    assert pixels.shape == (*bright.scored.festivity_map.shape, 4)
    assert 0.1 < (pixels[..., 3] > 0).mean() < 0.9
    assert len(np.unique(pixels[pixels[..., 3] > 0], axis=0)) > 20


def test_colours_are_those_of_the_whole_drive(
    staff: Client, street: Street, shots: list[Shot], bright: Shot
) -> None:
    packing = load_packing()
    tokens = [token_grids(packing, read(packing, shot.scored.features or b"")) for shot in shots]
    early, late = ([of_length_one(grids[number]) for grids in tokens] for number in (0, 1))
    basis = fit_basis(early)
    for name, grids, wanted in (
        ("pca-1", early, basis),
        ("pca-2", late, alike(fit_basis(late), late, basis, early)),
    ):
        shown = layer_of(staff, street.frame(bright), name)[..., :3]
        meant = colours(grids[shots.index(bright)], wanted)
        assert np.abs(shown.astype(int) - meant).max() <= 2


def test_what_is_most_like_a_place_is_that_place(staff: Client, street: Street, bright: Shot) -> None:
    row, column = np.unravel_index(bright.scored.festivity_map.argmax(), bright.scored.festivity_map.shape)
    rows, columns = bright.scored.festivity_map.shape
    query = f"?x={(column + 0.5) / columns}&y={(row + 0.5) / rows}"
    light = layer_of(staff, street.frame(bright), "similarity-1", query)[..., :3].sum(axis=2)
    assert light[row, column] == light.max()


def test_nothing_is_like_the_dark(staff: Client, street: Street, bright: Shot) -> None:
    assert not layer_of(staff, street.frame(bright), "similarity-1", "?x=0.01&y=0.01").any()


def test_a_layer_is_private_and_known_again(staff: Client, street: Street, bright: Shot) -> None:
    address = f"/labels/{street.frame(bright).public_id}/cls-1.png"
    first = staff.get(address)
    assert "private" in first["Cache-Control"]
    assert staff.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("pca-0.png", 404),
        ("pca-3.png", 404),
        ("depth-1.png", 404),
        ("label.png", 404),
        ("similarity-1.png?x=nan&y=0.5", 400),
        ("similarity-1.png?x=2&y=0.5", 400),
        ("similarity-1.png?x=left&y=0.5", 400),
    ],
)
def test_a_layer_that_is_none_is_refused(
    staff: Client, street: Street, bright: Shot, path: str, status: int
) -> None:
    assert staff.get(f"/labels/{street.frame(bright).public_id}/{path}").status_code == status


def test_the_page_says_what_is_known_of_the_frame(staff: Client, street: Street, bright: Shot) -> None:
    page = staff.get(f"/labels/{street.frame(bright).public_id}/")
    words = page.content.decode()
    assert all(f"{layer}.png" in words for layer in LAYERS)
    assert words.count("<g><rect ") == len(bright.scored.regions) > 0
    assert street.scorer.hash in words
    assert page.context["trouble"] == ""


def test_frames_lead_to_their_neighbours(staff: Client, street: Street, shots: list[Shot]) -> None:
    first, second, third = (street.frame(shot).public_id for shot in shots[:3])
    words = staff.get(f"/labels/{second}/").content.decode()
    assert f'rel="prev" href="/labels/{first}/"' in words
    assert f'rel="next" href="/labels/{third}/"' in words
    assert 'rel="prev"' not in staff.get(f"/labels/{first}/").content.decode()


def test_a_driver_looks_but_does_not_draw(street: Street, bright: Shot) -> None:
    driver = Client()
    driver.force_login(street.drive.driver)
    page = driver.get(f"/labels/{street.frame(bright).public_id}/")
    assert (page.status_code, page.context["desk"]) == (200, None)
    assert layer_of(driver, street.frame(bright), "pca-1").any()


@pytest.mark.parametrize("path", ["", "pca-1.png", "cls-1.png", "similarity-1.png", "label.png"])
def test_the_frames_of_another_are_not_found(street: Street, bright: Shot, path: str) -> None:
    frame, member = street.frame(bright), Client()
    draw_label(frame)
    member.force_login(make_user())
    assert member.get(f"/labels/{frame.public_id}/{path}").status_code == 404


def test_the_label_that_counts_is_a_layer(staff: Client, street: Street, bright: Shot) -> None:
    frame = street.frame(bright)
    draw_label(frame)
    shown = layer_of(staff, frame, "label")
    assert f"/labels/{frame.public_id}/label.png" in staff.get(f"/labels/{frame.public_id}/").content.decode()
    assert shown.shape[:2] == (90, 160)


def test_a_frame_without_features_still_shows_picture_and_map(staff: Client, street: Street) -> None:
    frame = make_frame(street.drive)
    score_frame(frame)
    page = staff.get(f"/labels/{frame.public_id}/")
    words = page.content.decode()
    assert "Nothing is kept" in page.context["trouble"]
    assert "rescore --features" in page.context["trouble"]
    assert f"/frames/{frame.public_id}/overlay.png" in words
    assert "pca-1.png" not in words


def test_features_of_another_backbone_are_told_from_none(staff: Client, street: Street, bright: Shot) -> None:
    frame = make_frame(street.drive)
    score_frame(frame)
    keep_features(frame, backbone_sha256="f" * 64, content=b"whatever it is")
    assert "another backbone" in staff.get(f"/labels/{frame.public_id}/").context["trouble"]


def test_a_frame_that_is_not_scored_says_so(staff: Client, street: Street) -> None:
    page = staff.get(f"/labels/{make_frame(street.drive).public_id}/")
    assert (page.status_code, "has not seen this frame" in page.context["trouble"]) == (200, True)


def test_a_frame_whose_size_is_not_known_can_be_looked_at(staff: Client, street: Street) -> None:
    frame = make_frame(street.drive, width=0, height=0)
    assert staff.get(f"/labels/{frame.public_id}/").status_code == 200


@pytest.mark.parametrize("content", [None, b"", b"damaged"])
def test_features_that_are_gone_or_damaged_do_not_break_the_page(
    staff: Client, street: Street, bright: Shot, content: bytes | None
) -> None:
    frame = street.frame(bright)
    file = frame.patch_features.get().file
    file.storage.delete(file.name)
    if content is not None:
        file.storage.save(file.name, ContentFile(content))
    page = staff.get(f"/labels/{frame.public_id}/")
    assert (page.status_code, "score" in page.context["trouble"]) == (200, True)
    assert staff.get(f"/labels/{frame.public_id}/pca-1.png").status_code == 404


def test_the_drives_page_leads_to_the_frames(staff: Client, street: Street, bright: Shot) -> None:
    words = staff.get(f"/drives/{street.drive.public_id}/").content.decode()
    assert f'href="/labels/{street.frame(bright).public_id}/"' in words


def test_a_web_process_loads_no_network() -> None:
    words = (
        "import django, sys; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns;"
        "import server.labels.patches.masks, server.labels.patches.layers;"
        "print(sorted({'torch', 'onnxruntime', 'transformers', 'openvino', 'av'} & set(sys.modules)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", words],
        cwd=Path(settings.ROOT),
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "[]"
