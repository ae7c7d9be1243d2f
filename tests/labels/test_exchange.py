"""Masks as files: GIMP's PNG, COCO's run lengths, a zip of all; out, in again, and everything that can be wrong with them."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models.signals import post_save
from django.test import Client
from PIL import Image

from ml.truth import masked_pictures
from server.accounts.models import User
from server.frames.models import Frame
from server.houses.models import Sighting
from server.houses.services import publish_scores
from server.jobs import services
from server.jobs.models import Job
from server.labels.exchange import asking, coco, found, gimp
from server.labels.exchange.bringing import Checked, take
from server.labels.exchange.refused import Refused
from server.labels.models import Label
from server.labels.pictures import packed, unpacked
from server.labels.queries import newest_label
from tests.server.factories import (
    draw_label,
    give_picture,
    make_frame,
    make_house,
    make_season,
    make_staff,
    place,
    see,
)
from workers import jobs

pytestmark = pytest.mark.django_db
SIZE = (160, 90)
LEFT = np.arange(160)[None].repeat(90, 0) < 40


@pytest.fixture
def frame(db: None) -> Frame:
    return give_picture(make_frame())


def rgba(mask: np.ndarray = LEFT) -> bytes:
    return gimp.written_mask(mask)


def saved(picture: Image.Image, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", **options)
    return stream.getvalue()


def bring(client: Client, frame: Frame, content: bytes) -> Any:
    file = SimpleUploadedFile("mine.png", content, "image/png")
    return client.post(f"/labels/{frame.public_id}/mask.png", {"file": file}, HTTP_ACCEPT="application/json")


def test_a_mask_goes_out_and_comes_back_in(staff: Client, frame: Frame) -> None:
    first = draw_label(frame)
    content = staff.get(f"/labels/{frame.public_id}/mask.png").content
    with Image.open(io.BytesIO(content)) as png:
        assert (png.mode, png.size) == ("RGBA", SIZE)
    assert bring(staff, frame, content).status_code == 200
    newest = newest_label(frame)
    assert newest is not None
    assert (newest.method, bytes(newest.mask or b"")) == (Label.Method.IMPORTED, bytes(first.mask or b""))


def damaged(content: bytes) -> bytes:
    return content[: len(content) // 2]


grey = Image.fromarray(np.zeros((90, 160), dtype=np.uint8))
frames_of = [Image.fromarray(np.full((90, 160, 4), shade, dtype=np.uint8)) for shade in (0, 99)]
bomb = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x06\0\0\0\0\0\0\0"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (rgba(LEFT[:45, :80]), "80 × 45 pixels, but the picture is 160 × 90"),
        (bomb, "60000 × 60000 pixels"),
        (saved(frames_of[0], save_all=True, append_images=frames_of[1:]), "animated"),
        (saved(Image.fromarray(np.zeros((90, 160), dtype=np.uint16))), "no alpha"),
        (rgba()[:24] + b"\x10" + rgba()[25:], "16 bits"),
        (saved(grey.convert("RGB")), "no alpha"),
        (saved(grey.convert("P"), transparency=0), "palette"),
        (damaged(rgba(np.random.default_rng(0).random((90, 160)) > 0.5)), "cut off"),
        (b"GIF89a", "no PNG"),
        (b"\x89PNG\r\n\x1a\n", "cut off"),
        (b"\x89PNG\r\n\x1a\n" + bytes(17 * 1024**2), "larger than 16 MB"),
    ],
)  # fmt: skip
def test_what_is_no_mask_of_this_frame_is_refused_with_a_sentence(
    staff: Client, frame: Frame, content: bytes, words: str
) -> None:
    answer = bring(staff, frame, content)
    assert answer.status_code == 400
    assert words in answer.json()["detail"]
    assert not Label.objects.exists()


def test_run_lengths_are_written_as_pycocotools_writes_them() -> None:
    mask = np.zeros((3, 5), dtype=bool)
    mask[1:3, 2] = mask[0, 4] = True
    assert coco.encoded(coco.counts_of(mask)) == "723OO"
    large = np.zeros((60, 70), dtype=bool)
    large[10:50, 20:60] = True
    large[30, 30] = False
    text = coco.encoded(coco.counts_of(large))
    assert text.startswith(r"jU1X1d0000000000000000000\O]OOc0e0000")
    assert (coco.mask_of_counts(coco.decoded(text), 60, 70) == large).all()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ([[1, 2, 3, 4]], "polygon"),
        ({"size": [90, 161], "counts": [1]}, "161 × 90"),
        ({"size": [90, 160], "counts": [14400, 1]}, "do not cover"),
        ({"size": [90, 160], "counts": [14401, -1]}, "do not cover"),
        ({"size": [90, 160], "counts": "żółw"}, "cannot be read"),
        ({"size": [90, 160], "counts": "o" * 99}, "cannot be read"),
        ({"size": [90, 160], "counts": [True]}, "cannot be read"),
        ({"size": [90.0, 160], "counts": [14400]}, "cannot be read"),
        (None, "cannot be read"),
    ],
)
def test_run_lengths_that_are_none_are_refused(said: Any, words: str) -> None:
    with pytest.raises(Refused, match=words):
        coco.mask_of_segmentation(said, *SIZE)


def sent(staff: Client, content: bytes, name: str, mode: str = "good") -> Job:
    """What came of bringing a file on the page, after a worker did it."""
    staff.post("/labels/exchange/", {"file": SimpleUploadedFile(name, content), "mode": mode})
    job = Job.objects.get()
    jobs.run_job(job.pk)
    job.refresh_from_db()
    return job


def zip_of(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as bundle:
        for name, content in files.items():
            bundle.writestr(name, content)
    return stream.getvalue()


def three() -> list[Label]:
    labels = [draw_label(give_picture(make_frame())) for _ in range(2)]
    staff = Client()
    staff.force_login(labels[0].author)
    nowhere = give_picture(make_frame())
    staff.post(f"/api/frames/{nowhere.public_id}/labels/", {"marks": []}, content_type="application/json")
    return [*labels, Label.objects.get(frame=nowhere)]


def streamed(staff: Client, address: str) -> bytes:
    return b"".join(staff.get(address).streaming_content)


@pytest.mark.parametrize(("address", "name"), [("labels.zip", "all.zip"), ("coco.json", "all.json")])
def test_all_that_was_saved_comes_back(staff: Client, address: str, name: str) -> None:
    labels = three()
    content = streamed(staff, f"/labels/exchange/{address}")
    masks = {label.frame_id: bytes(Label.objects.get(pk=label.pk).mask or b"") for label in labels}
    Label.objects.all().delete()
    assert sent(staff, content, name).outcome == {"taken": 3, "known": 0, "skipped": 0}
    assert {label.frame_id: bytes(label.mask or b"") for label in Label.objects.defer(None)} == masks
    assert {label.method for label in Label.objects.all()} == {Label.Method.IMPORTED}


def test_what_is_there_already_is_not_taken_twice(staff: Client) -> None:
    three()
    content = streamed(staff, "/labels/exchange/labels.zip")
    assert sent(staff, content, "all.zip").outcome == {"taken": 0, "known": 3, "skipped": 0}
    assert Label.objects.count() == 3


def test_a_zip_with_pictures_can_be_trained_on(staff: Client, tmp_path: Path) -> None:
    three()
    content = streamed(staff, "/labels/exchange/labels.zip?pictures=on")
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        assert bundle.testzip() is None
        bundle.extractall(tmp_path)
    shares = [picture.mask().mean() for picture in masked_pictures(tmp_path)]
    assert sorted(shares) == [0, 0.5, 0.5]


def test_good_masks_are_taken_beside_bad_ones_and_all_are_told(staff: Client, frame: Frame) -> None:
    other = give_picture(make_frame())
    content = zip_of(**{
        f"{frame.public_id}.mask.png": rgba(),
        f"twice/{frame.public_id}.mask.png": rgba(),
        f"{other.public_id}.mask.png": damaged(rgba()),
        "gone222222.mask.png": rgba(),
    })  # fmt: skip
    job = sent(staff, content, "some.zip")
    assert job.outcome == {"taken": 1, "known": 0, "skipped": 3}
    said = "\n".join(job.lines.values_list("text", flat=True))
    for words in ('no frame "gone222222"', "same frame", "cut off", "1 masks taken"):
        assert words in said
    assert Label.objects.get().frame == frame


def test_all_or_none_takes_none_where_one_is_bad(staff: Client, frame: Frame) -> None:
    content = zip_of(**{f"{frame.public_id}.mask.png": rgba(), "gone222222.mask.png": rgba()})
    job = sent(staff, content, "some.zip", mode="all")
    assert (job.state, job.failure) == (
        Job.State.FAILED, "1 masks cannot be taken, so none was. Mend them, or ask for what is good.",
    )  # fmt: skip
    assert not Label.objects.exists()


def test_the_file_of_a_job_that_has_ended_is_dropped(staff: Client, frame: Frame) -> None:
    job = sent(staff, zip_of(**{f"{frame.public_id}.mask.png": rgba()}), "one.zip")
    assert default_storage.exists(job.asked["file"])
    assert (asking.sweep(), asking.sweep()) == (1, 0)
    assert not default_storage.exists(job.asked["file"])


def encrypted(content: bytes) -> bytes:
    """With the flag that says so, in the entry and in the listing."""
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(mark) + offset
        content = content[:at] + b"\x01" + content[at + 1 :]
    return content


def claiming(content: bytes, listed_bytes: int) -> bytes:
    at = content.rindex(b"PK\x05\x06") + 12
    return content[:at] + listed_bytes.to_bytes(4, "little") + content[at + 4 :]


def nameless(content: bytes) -> bytes:
    """A zip whose only entry has no name in the list."""
    at = content.index(b"PK\x01\x02")
    length = int.from_bytes(content[at + 28 : at + 30], "little")
    end = content.rindex(b"PK\x05\x06")
    listed = int.from_bytes(content[end + 12 : end + 16], "little") - length
    tail = content[end : end + 12] + listed.to_bytes(4, "little") + content[end + 16 :]
    return content[: at + 28] + bytes(2) + content[at + 30 : at + 46] + content[at + 46 + length : end] + tail


ONE = zip_of(**{"aaaaaaaaaa.mask.png": rgba()})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 and no more", "damaged or cut off"),
        (ONE[:-30], "damaged or cut off"),
        (claiming(ONE, 2**31), "too many files"),
        (zip_of(readme=b"hello"), "There is no mask in it"),
        (nameless(ONE), "There is no mask in it"),
        (b'{"images": [', "damaged or cut off"),
        (b'{"images": 7}', "none of COCO"),
        (b'{"images": [], "categories": []}', "no category called festive"),
        (b'{"images": [], "categories": [{"id": 1, "name": "festive"}]}', "There is no mask in it"),
        (b"[" * 100_000, "neither a zip"),
        (b'{"a":' * 100_000, "damaged or cut off"),
        (rgba(), "page of that frame"),
        (b"hello", "neither a zip"),
    ],
)  # fmt: skip
def test_a_file_of_which_nothing_can_be_read_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        found.found_in_file(io.BytesIO(content))


@pytest.mark.parametrize(
    ("content", "words"),
    [(encrypted(ONE), "encrypted"), (zip_of(**{"a.mask.png": bytes(17 * 1024**2)}), "larger than")],
)
def test_an_entry_that_cannot_be_read_is_refused(content: bytes, words: str) -> None:
    (one,) = found.found_in_file(io.BytesIO(content))
    with pytest.raises(Refused, match=words):
        one.mask(*SIZE)


def test_an_image_without_annotations_says_nothing(frame: Frame) -> None:
    said = {"images": [{"id": 1, "file_name": f"{frame.public_id}.jpg"}], "categories": [coco.CATEGORY]}
    (one,) = found.found_in_file(io.BytesIO(json.dumps(said).encode()))
    assert one.frame == frame.public_id
    with pytest.raises(Refused, match="Nothing is annotated"):
        one.mask(*SIZE)


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_names_that_no_table_holds_are_told_like_others(staff: Client, frame: Frame, name: str) -> None:
    size = {"size": [90, 160], "counts": [0, 90 * 160]}
    images = [{"id": 1, "frame": name, "file_name": name}, {"id": 2, "frame": frame.public_id}]
    said = {
        "images": images,
        "annotations": [{"image_id": number, "category_id": 1, "segmentation": size} for number in (1, 2)],
        "categories": [{"id": 1, "name": "festive"}],
    }
    job = sent(staff, json.dumps(said).encode(), "all.json")
    assert (job.failure, job.outcome) == ("", {"taken": 1, "known": 0, "skipped": 1})


def taken_and_closed(masks: list[Checked], author: User) -> int:
    try:
        return take(masks, author)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_houses_that_are_published_meanwhile_do_not_stop_an_import() -> None:
    """Whoever changes what a later frame shows and publishes it is not waited for with the publishing held."""
    season, author = make_season(), make_staff()
    seen = [see(make_house(place(40 * number)), give_picture(make_frame())) for number in range(2)]
    masks = [Checked("", sighting.frame, packed(np.zeros((90, 160), dtype=bool))) for sighting in seen]
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Sighting.objects.filter(pk=seen[1].pk).update(suppressed=False)
            done = pool.submit(taken_and_closed, masks, author)
            time.sleep(0.5)
            publish_scores(scorer=seen[1].scorer, season=season)
        assert done.result() == 2
    assert Sighting.objects.filter(suppressed=True).count() == 2


def test_an_import_that_is_cancelled_while_it_writes_takes_nothing(staff: Client, frame: Frame) -> None:
    def cancel(**_sent: object) -> None:
        services.cancel(Job.objects.get())

    post_save.connect(cancel, sender=Label)
    try:
        job = sent(staff, zip_of(**{f"{frame.public_id}.mask.png": rgba()}), "one.zip")
    finally:
        post_save.disconnect(cancel, sender=Label)
    assert job.state == Job.State.CANCELLED
    assert not Label.objects.exists()


def test_a_frame_that_was_deleted_since_it_was_read_is_left_out(frame: Frame) -> None:
    gone = give_picture(make_frame())
    masks = [Checked("", one, packed(LEFT)) for one in (gone, frame)]
    Frame.objects.filter(pk=gone.pk).delete()
    assert take(masks, make_staff(email="ada@example.org")) == 1


def test_nothing_is_brought_without_a_file(staff: Client) -> None:
    assert staff.post("/labels/exchange/", {}).status_code == 400
    assert not Job.objects.exists()


Command = Callable[..., str]


@pytest.fixture
def command() -> Command:
    def called(source: Path, *more: str, author: str = "ada@example.org") -> str:
        said, troubles = StringIO(), StringIO()
        call_command("import_labels", str(source), "--author", author, *more, stdout=said, stderr=troubles)
        return said.getvalue() + troubles.getvalue()

    return called


def test_an_exported_folder_is_taken_by_the_command(command: Command, tmp_path: Path) -> None:
    three()
    make_staff(email="ada@example.org")
    call_command("export_labels", str(tmp_path / "out"), stdout=StringIO())
    Label.objects.all().delete()
    assert "3 masks taken, 0 were there already, 0 skipped" in command(tmp_path / "out")


@pytest.mark.parametrize("name", ["all.zip", "all.json"])
def test_a_file_that_the_command_wrote_is_taken_by_the_other(
    command: Command, tmp_path: Path, name: str
) -> None:
    three()
    make_staff(email="ada@example.org")
    call_command("export_labels", str(tmp_path / name), stdout=StringIO())
    Label.objects.all().delete()
    assert "3 masks taken" in command(tmp_path / name)
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_labels", str(tmp_path / name), stdout=StringIO())


def test_the_command_says_what_it_cannot_do(command: Command, tmp_path: Path, frame: Frame) -> None:
    with pytest.raises(CommandError, match="no account"):
        command(tmp_path)
    make_staff(email="ada@example.org")
    with pytest.raises(CommandError, match="no mask in it"):
        command(tmp_path)
    with pytest.raises(CommandError, match="cannot be read"):
        command(tmp_path / "missing.zip")
    (tmp_path / "gone222222.mask.png").write_bytes(rgba())
    with pytest.raises(CommandError, match="so none was"):
        command(tmp_path, "--all-or-none")
    assert "gone222222.mask.png was skipped" in command(tmp_path)


def test_a_mask_that_is_kept_reads_as_it_was_brought(staff: Client, frame: Frame) -> None:
    bring(staff, frame, rgba())
    assert (unpacked(bytes(Label.objects.get().mask or b"")) == LEFT).all()
