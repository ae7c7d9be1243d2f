from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image

from ml.masks import import_masks
from ml.truth import masked_pictures
from server.labels.models import Label
from server.labels.pictures import unpacked
from tests.labels.pointing import marks_on, save
from tests.labels.street import Shot, Street
from tests.server.factories import draw_label, give_picture, make_frame

pytestmark = pytest.mark.django_db


def export(folder: Path, *arguments: str) -> list[dict[str, str]]:
    """The rows of the listing."""
    call_command("export_labels", str(folder), *arguments, stdout=StringIO(), stderr=StringIO())
    with (folder / "labels.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_what_is_exported_is_what_training_reads(
    staff: Client, street: Street, shots: list[Shot], tmp_path: Path
) -> None:
    for shot in shots[:3]:
        save(staff, street.frame(shot), marks=marks_on(shot.festive, shot) if shot.festive.any() else [])
    export(tmp_path / "mine")
    pictures = masked_pictures(tmp_path / "mine")
    masks = [
        unpacked(bytes(label.mask or b""))
        for label in Label.objects.order_by("frame__camera_id", "frame__captured_at")
    ]
    assert [picture.mask().shape for picture in pictures] == [mask.shape for mask in masks]
    assert all((picture.mask() == mask).all() for picture, mask in zip(pictures, masks, strict=True))
    assert len(import_masks(tmp_path / "mine")) == 3


def test_no_file_says_where_a_picture_was_taken(street: Street, bright: Shot, tmp_path: Path) -> None:
    frame = street.frame(bright)
    frame.picture.storage.delete(frame.picture.name)
    with frame.picture.storage.open(frame.picture.name, "wb") as stream:
        tagged = Image.Exif()
        tagged[0x010E] = "32.9, -117.1"
        Image.fromarray(bright.picture).save(stream, "JPEG", exif=tagged)
    draw_label(frame, rows=450, columns=800)
    (row,) = export(tmp_path / "mine")
    with Image.open(tmp_path / "mine" / row["picture"]) as picture:
        assert (dict(picture.getexif()), picture.info) == ({}, {})
    words = b"".join(path.read_bytes() for path in (tmp_path / "mine").iterdir())
    assert b"-117.1" not in words
    assert bright.name.encode() not in words


def test_the_listing_names_frame_scorer_author_and_time(street: Street, bright: Shot, tmp_path: Path) -> None:
    label = draw_label(street.frame(bright), rows=450, columns=800)
    (row,) = export(tmp_path / "mine")
    assert (row["frame"], row["scorer"], row["author_id"]) == (
        label.frame.public_id, street.scorer.hash, str(label.author_id),
    )  # fmt: skip
    assert row["drawn_at"] == label.created_at.isoformat()
    assert "@" not in str(row)


def labelled(synthetic: bool = False) -> Label:
    frame = give_picture(make_frame())
    frame.drive.synthetic = synthetic
    frame.drive.save()
    return draw_label(frame)


@pytest.mark.parametrize(("flag", "kept"), [((), 2), (("--synthetic",), 1), (("--real",), 1)])
def test_rendered_and_real_frames_are_told_apart(tmp_path: Path, flag: tuple[str, ...], kept: int) -> None:
    labelled(synthetic=True)
    labelled()
    rows = export(tmp_path / "mine", *flag)
    assert len(rows) == kept
    assert {row["synthetic"] for row in rows} == {("--synthetic",): {"True"}, ("--real",): {"False"}}.get(
        flag, {"True", "False"}
    )


def test_the_newest_label_of_a_frame_is_exported(tmp_path: Path) -> None:
    first = labelled()
    newest = draw_label(first.frame, author=first.author)
    (row,) = export(tmp_path / "mine")
    assert row["drawn_at"] == newest.created_at.isoformat()


def test_a_newer_word_on_the_whole_frame_takes_its_mask_out(tmp_path: Path) -> None:
    old, kept = labelled(), labelled()
    Label.objects.create(frame=old.frame, author=old.author, verdict="not_festive")
    assert [row["frame"] for row in export(tmp_path / "mine")] == [kept.frame.public_id]


def test_a_picture_that_is_gone_is_left_out_with_a_sentence(tmp_path: Path) -> None:
    gone = labelled()
    gone.frame.picture.storage.delete(gone.frame.picture.name)
    said = StringIO()
    call_command("export_labels", str(tmp_path / "mine"), stdout=StringIO(), stderr=said)
    assert f"{gone.frame.public_id} was left out" in said.getvalue()
    assert len(list((tmp_path / "mine").iterdir())) == 1


def test_a_mask_that_no_longer_fits_is_left_out(tmp_path: Path) -> None:
    wrong = draw_label(give_picture(make_frame()), rows=9, columns=16)
    said = StringIO()
    call_command("export_labels", str(tmp_path / "mine"), stdout=StringIO(), stderr=said)
    assert "16 x 9 pixels does not fit" in said.getvalue()
    assert wrong.frame.public_id in said.getvalue()


def test_a_folder_with_files_in_it_is_not_written_to(tmp_path: Path) -> None:
    labelled()
    (tmp_path / "old.mask.png").write_bytes(b"")
    with pytest.raises(CommandError, match="not an empty folder"):
        export(tmp_path)


def test_without_labels_there_is_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no drawn labels"):
        export(tmp_path / "mine")


def test_a_mask_survives_being_kept() -> None:
    label = labelled()
    mask = unpacked(bytes(Label.objects.get(pk=label.pk).mask or b""))
    assert np.array_equal(mask, np.arange(160)[None].repeat(90, 0) < 80)
