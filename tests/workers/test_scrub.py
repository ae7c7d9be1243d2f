"""Serial numbers and owners' names, written over byte by byte; everything else stays where it was."""

from __future__ import annotations

import os
import struct
import zlib
from io import BytesIO
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from tests.workers.photos import exif, heic, night, read, saved
from workers.media.refusal import Refused
from workers.media.scrub import photo_patches, scrubbed
from workers.media.scrub.movie import film_patches, movie_patches

SECRETS = (b"SERIAL123", b"LENS456", b"Jane Doe", b"OWNERNAME", b"MAKERSNOTE", b"UNIQUEID", b"XPJANE")
TELLING_PHOTO = {
    ExifTags.Base.BodySerialNumber: "SERIAL123",
    ExifTags.Base.LensSerialNumber: "LENS456",
    ExifTags.Base.CameraOwnerName: "OWNERNAME",
    ExifTags.Base.ImageUniqueID: "UNIQUEID0123456789",
    ExifTags.Base.MakerNote: b"MAKERSNOTE" * 30,
    ExifTags.Base.DateTimeOriginal: "2025:12:07 17:28:13",
    ExifTags.Base.OffsetTimeOriginal: "-08:00",
    ExifTags.Base.ExposureTime: 0.05,
}
TELLING_BASE = {
    ExifTags.Base.Artist: "Jane Doe",
    ExifTags.Base.Copyright: "Jane Doe",
    ExifTags.Base.XPAuthor: b"XPJANE\x00\x00",
    ExifTags.Base.Make: "Apple",
    ExifTags.Base.Model: "iPhone 15",
    ExifTags.Base.Orientation: 6,
}
TELLING = exif(photo=TELLING_PHOTO, base=TELLING_BASE)
PACKET = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description aux:SerialNumber="SERIAL123" exifEX:LensSerialNumber=\'LENS456\' xmp:CreatorTool="Camera 3"'
    b' GPano:ProjectionType="equirectangular" GPano:PoseHeadingDegrees="12"><dc:creator><rdf:Seq><rdf:li>Jane Doe</rdf:li>'
    b"</rdf:Seq></dc:creator><aux:OwnerName>OWNERNAME</aux:OwnerName><xmpMM:DocumentID>UNIQUEID</xmpMM:DocumentID>"
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)
KINDS = {
    "jpeg": saved(night(400, 200), exif=TELLING, xmp=PACKET, comment=b"Jane Doe"),
    "png": saved(night(400, 200), "PNG", exif=TELLING),
    "heic": heic(night(400, 200), exif=TELLING, xmp=PACKET),
}


def clean(content: bytes) -> bytes:
    return scrubbed(content, photo_patches(content, read(content).ends_at))


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_is_left_and_the_length_stays(kind: str) -> None:
    content = KINDS[kind]
    assert any(secret in content for secret in SECRETS)
    assert not [secret for secret in SECRETS if secret in clean(content)]
    assert len(clean(content)) == len(content)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_photo_tells_of_time_and_place_stays(kind: str) -> None:
    assert read(clean(KINDS[kind])) == read(KINDS[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_the_pixels_stay(kind: str) -> None:
    before, after = (Image.open(BytesIO(content)) for content in (KINDS[kind], clean(KINDS[kind])))
    assert before.tobytes() == after.tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_a_clean_photo_has_nothing_to_write_over(kind: str) -> None:
    content = clean(KINDS[kind])
    assert photo_patches(content, read(content).ends_at) == []


def test_only_the_values_change_byte_by_byte() -> None:
    content, after = KINDS["jpeg"], clean(KINDS["jpeg"])
    changed = {at for at, (one, other) in enumerate(zip(content, after, strict=True)) if one != other}
    values = set[int]()
    for secret in (*SECRETS, b"UNIQUEID0123456789"):
        at = content.find(secret)
        while at != -1:
            values |= set(range(at, at + len(secret)))
            at = content.find(secret, at + 1)
    blanked_markup = content.index(b"<rdf:Seq>"), content.index(b"</dc:creator>")
    values -= {at for at in values if content[at] == after[at]}
    assert all(after[at] in b"\x00 " for at in changed)
    assert values <= changed <= values | set(range(*blanked_markup))


def test_other_fields_of_the_photo_stay() -> None:
    image = Image.open(BytesIO(clean(KINDS["jpeg"])))
    fields = image.getexif()
    assert (fields[ExifTags.Base.Make], fields[ExifTags.Base.Model]) == ("Apple", "iPhone 15")
    assert fields[ExifTags.Base.Orientation] == 6
    assert float(fields.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ExposureTime]) == 0.05
    assert b'xmp:CreatorTool="Camera 3"' in image.info["xmp"]


def test_checksums_of_a_png_are_right() -> None:
    content = clean(saved(night(), "PNG", exif=TELLING))
    at = 8
    while at < len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        body = content[at + 4 : at + 8 + size]
        assert zlib.crc32(body) == int.from_bytes(content[at + 8 + size : at + 12 + size], "big")
        at += 12 + size


def test_segments_of_makers_and_iptc_are_emptied() -> None:
    content = saved(night(), exif=exif())
    for code, secret in ((0xED, b"Photoshop 3.0\x008BIM Jane Doe"), (0xE6, b"GoPro\x00CASN SERIAL123")):
        segment = bytes([0xFF, code]) + struct.pack(">H", 2 + len(secret)) + secret
        content = content[:2] + segment + content[2:]
    assert not [secret for secret in SECRETS if secret in clean(content)]
    assert read(clean(content)) == read(content)


def test_the_second_picture_in_a_file_is_cleaned_as_well() -> None:
    second = saved(night(), exif=exif(base={ExifTags.Base.Artist: "Jane Doe"}))
    content = saved(night(), exif=exif()) + second
    assert b"Jane Doe" not in clean(content)


FILM = (
    box(b"ftyp", b"mp42\x00\x00\x00\x00mp42isom")
    + box(
        b"moov",
        box(
            b"udta",
            box(b"CAME", b"SERIAL123")
            + box(b"\xa9xyz", b"\x00\x12\x15\xc7+32.9203-117.1504/")
            + box(b"\xa9ART", b"\x00\x08\x00\x00Jane Doe")
            + box(b"GPMF", b"DEVC\x00\x01\x00\x20" + b"CASNc\x01\x00\x09SERIAL123\x00\x00\x00" + b"MINFc\x01\x00\x04HERO"),
        )
        + box(
            b"meta",
            box(b"hdlr", b"\x00" * 8 + b"mdta" + b"\x00" * 13)
            + box(
                b"keys",
                b"\x00\x00\x00\x00\x00\x00\x00\x02"
                + box(b"mdta", b"com.apple.quicktime.author")
                + box(b"mdta", b"com.apple.quicktime.model"),
            )
            + box(
                b"ilst",
                box(b"\x00\x00\x00\x01", box(b"data", b"\x00\x00\x00\x01\x00\x00\x00\x00Jane Doe"))
                + box(b"\x00\x00\x00\x02", box(b"data", b"\x00\x00\x00\x01\x00\x00\x00\x00iPhone 15")),
            ),
        ),
    )
    + box(b"mdat", b"Jane Doe is what these pictures happen to spell")
)  # fmt: skip


def film_clean(content: bytes) -> bytes:
    return scrubbed(content, film_patches(BytesIO(content)))


def test_a_film_keeps_its_place_and_model_and_loses_its_owner() -> None:
    header, pictures = film_clean(FILM).split(b"mdat")
    assert not [secret for secret in SECRETS if secret in header]
    assert pictures == FILM.split(b"mdat")[1]
    for kept in (b"+32.9203-117.1504/", b"iPhone 15", b"HERO", b"com.apple.quicktime.author"):
        assert kept in header
    assert film_patches(BytesIO(film_clean(FILM))) == []


@pytest.mark.parametrize(
    "inside", [KINDS["jpeg"] + FILM, KINDS["heic"] + box(b"mpvd", FILM)], ids=["jpeg", "heic"]
)
def test_the_film_of_a_motion_photo_is_cleaned_as_well(inside: bytes) -> None:
    before_pictures = clean(inside).split(b"mdat")
    assert b"Jane Doe is what" in before_pictures[-1]
    assert not [secret for secret in SECRETS if secret in b"".join(before_pictures[:-1])]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_damage_makes_more_than_a_refusal(data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from([*KINDS.values(), FILM])))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + 4] = data.draw(st.binary(min_size=1, max_size=4))
    content = bytes(whole)
    try:
        patches = photo_patches(content, len(content)) + movie_patches(content)
    except Refused:
        return
    assert all(0 <= patch.at <= len(content) - len(patch.letters) for patch in patches)


def pictures(content: bytes) -> list[bytes]:
    """The packets of all streams."""
    with av.open(BytesIO(content)) as film:
        return [bytes(packet) for packet in film.demux() if packet.size]


def test_the_serials_of_real_cameras_are_found() -> None:
    folder = os.environ.get("FESTIVITY_REAL_DATA")
    if not folder:
        pytest.skip("FESTIVITY_REAL_DATA does not name the folder of real drives.")
    for name, serial in (("max-heromode.mp4", b"C3353424500199"), ("karma.mp4", b"C3161325750003")):
        content = Path(folder, "gopro_gpmf", name).read_bytes()
        after = film_clean(content)
        assert serial in content
        assert serial not in after
        assert pictures(after) == pictures(content)
