from __future__ import annotations

from io import BytesIO

import av
import numpy as np
import pytest

from server.drives.models import Drive
from tests.server.factories import make_drive
from tests.workers import photos
from tests.workers.walk import reason_of, send, submit_and_walk
from workers.media.refusal import Refused
from workers.readings.companions import refuse_companion

STILL = photos.heic(photos.night(), exif=photos.exif())


def film(seconds: float) -> bytes:
    buffer = BytesIO()
    with av.open(buffer, "w", format="mov") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height = 64, 64
        for number in range(round(seconds * 10)):
            picture = np.full((64, 64, 3), number % 200, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return buffer.getvalue()


def is_companion(drive: Drive, name: str) -> bool:
    try:
        refuse_companion(drive.footage.get(name=name))
    except Refused as refused:
        return refused.reason == "live_photo"
    return False


@pytest.mark.django_db
def test_the_film_of_a_live_photo_is_left_out_and_its_photo_is_a_frame() -> None:
    drive = submit_and_walk(send({"left_1234.HEIC": STILL, "left_1234.MOV": film(2)}))
    assert reason_of(drive, "left_1234.MOV") == "live_photo"
    assert [frame.footage.name for frame in drive.frames.all()] == ["left_1234.HEIC"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "seconds", "companion"),
    [
        ("left_1.mov", 2.0, True),
        ("LEFT_1.mov", 2.0, True),
        ("left_1.mov", 6.0, False),
        ("left_12.mov", 2.0, False),
    ],
    ids=["beside its photo", "in other letters", "too long", "another number"],
)
def test_only_a_short_film_beside_its_photo_is_one(name: str, seconds: float, companion: bool) -> None:
    drive = send({"left_1.jpg": photos.photo(), name: film(seconds)}, make_drive())
    assert is_companion(drive, name) is companion


@pytest.mark.django_db
def test_a_film_in_another_folder_is_none() -> None:
    drive = send({"left_1.jpg": photos.photo(), "left_1.mov": film(2)})
    drive.footage.filter(name="left_1.mov").update(folder="elsewhere")
    assert not is_companion(drive, "left_1.mov")


@pytest.mark.django_db
def test_bytes_that_are_no_film_are_not_called_one() -> None:
    drive = send({"left_1.jpg": photos.photo(), "left_1.mov": b"no film at all"})
    assert not is_companion(drive, "left_1.mov")
