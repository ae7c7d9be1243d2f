"""No bytes, however damaged, do anything but succeed or be refused."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import astuple
from io import BytesIO

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workers.photos import animation, exif, heic, night, overlapping_zip, photo, read, saved, zipped
from workers.media.archive import open_archive
from workers.media.kinds import HEAD_BYTES, sniff
from workers.media.picture import decode, pictures_of
from workers.media.refusal import Refused
from workers.media.side import side_of

SOUND = [
    photo(),
    saved(night(), progressive=True, exif=exif()),
    saved(night(mode="CMYK")),
    saved(night(), "PNG", exif=exif()),
    saved(night(mode="P"), "PNG", transparency=0),
    saved(night(mode="RGBA"), "PNG"),
    heic(night(), exif=exif()),
    animation("GIF"),
    animation("PNG"),
    zipped({"left/a.jpg": photo(), "b.jpg": bytes(3000)}),
    overlapping_zip(),
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sound file with up to eight places overwritten, cut out or repeated, and sometimes its end missing."""
    content = bytearray(draw(st.sampled_from(SOUND)))
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(content)))
        length = draw(st.sampled_from([0, 1, 2, 4, 60]))
        content[at : at + length] = draw(st.binary(max_size=8) | st.sampled_from([b"\xff" * 4, bytes(4)]))
    return bytes(content[: draw(st.integers(0, len(content)) | st.just(len(content)))])


any_bytes = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@any_bytes
@given(
    content=damaged() | st.binary(max_size=300),
    name=st.sampled_from(["a.jpg", "a.png", "b", "20251207_172817.heic"]),
)
def test_any_bytes_are_read_as_a_photo_or_refused(content: bytes, name: str) -> None:
    sniff(content[:HEAD_BYTES])
    with suppress(Refused):
        facts = read(content, name=name)
        assert min(facts.width, facts.height) >= 64


@any_bytes
@given(content=damaged() | st.binary(max_size=300), long_side=st.none() | st.integers(1, 400))
def test_any_bytes_are_decoded_or_refused(content: bytes, long_side: int | None) -> None:
    with suppress(Refused):
        rgb = decode(BytesIO(content), long_side=long_side)
        assert rgb.ndim == 3
        assert all(jpeg.startswith(b"\xff\xd8") for jpeg in astuple(pictures_of(rgb)))


@any_bytes
@given(content=damaged() | st.binary(max_size=300))
def test_any_bytes_are_opened_as_an_archive_or_refused(content: bytes) -> None:
    with suppress(Refused):
        for member in open_archive(BytesIO(content), max_total_bytes=10**7):
            with suppress(Refused), member.open() as stream:
                assert len(stream.read()) <= member.size_bytes


@given(name=st.text())
def test_any_name_tells_a_side_or_none(name: str) -> None:
    assert side_of(name) in {"left", "right", "front", None}
