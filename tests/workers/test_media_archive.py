"""Zips of photos: what is taken out, what is refused alone, and what is refused whole."""

from __future__ import annotations

import stat
import struct
import time
import zipfile
from io import BytesIO

import pytest

from tests.workers.photos import overlapping_zip, photo, zipped
from workers.media.archive import Member, open_archive
from workers.media.refusal import Refused

PHOTO = photo()


def opened(content: bytes, *, max_total_bytes: int = 10**8, max_members: int = 20_000) -> list[Member]:
    return list(open_archive(BytesIO(content), max_members=max_members, max_total_bytes=max_total_bytes))


def refused_whole(content: bytes, **limits: int) -> str:
    with pytest.raises(Refused) as refused:
        opened(content, **limits)
    return refused.value.reason


def refused_alone(content: bytes) -> str:
    """The reason of the last member; the first one, a photo, must still come out."""
    good, *_, bad = opened(content)
    assert good.open().read() == PHOTO
    with pytest.raises(Refused) as refused:
        bad.open()
    return refused.value.reason


def described(name: str, **attributes: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    return info


def declaring(content: bytes, size_bytes: int) -> bytes:
    """The zip with another size in its directory's last entry."""
    at = content.rindex(b"PK\x01\x02") + 24
    return content[:at] + struct.pack("<I", size_bytes) + content[at + 4 :]


def test_members_come_out_with_name_size_and_bytes() -> None:
    (member,) = opened(zipped({"left/IMG_1.jpg": PHOTO}))
    assert (member.name, member.size_bytes) == ("left/IMG_1.jpg", len(PHOTO))
    with member.open() as stream:
        assert stream.read() == PHOTO
        stream.seek(0)
        assert stream.read(3) == PHOTO[:3]


def test_stored_members_come_out_too() -> None:
    (member,) = opened(zipped({"a.jpg": PHOTO}, method=zipfile.ZIP_STORED))
    assert member.open().read() == PHOTO


def test_folders_hidden_files_and_clutter_are_passed_over() -> None:
    clutter = ["folder/", "__MACOSX/._a.jpg", ".DS_Store", "left/.hidden/a.jpg", "Thumbs.db", "back\\slash\\"]
    members = opened(zipped(dict.fromkeys(clutter, b"") | {"left/a.jpg": PHOTO}))
    assert [member.name for member in members] == ["left/a.jpg"]


def test_a_name_written_with_backslashes_is_a_path() -> None:
    (member,) = opened(zipped({"left\\a.jpg": PHOTO}))
    assert member.name == "left/a.jpg"
    assert member.open().read() == PHOTO


@pytest.mark.parametrize(
    "name", ["../a.jpg", "left/../../a.jpg", "/etc/a.jpg", "C:\\a.jpg", "..\\a.jpg", "../.hidden"]
)
def test_a_name_that_points_outside_is_refused_and_the_rest_goes_on(name: str) -> None:
    assert refused_alone(zipped({"a.jpg": PHOTO, name: PHOTO})) == "zip_unsafe"


@pytest.mark.parametrize("file_type", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_a_link_or_a_device_is_refused_and_the_rest_goes_on(file_type: int) -> None:
    link = described("b.jpg", external_attr=(file_type | 0o777) << 16)
    assert refused_alone(zipped({"a.jpg": PHOTO, "b.jpg": b"/etc/passwd"}, info=link)) == "zip_unsafe"


@pytest.mark.parametrize("name", ["inner.zip", "inner.jpg"])
def test_a_zip_inside_a_zip_is_refused_and_the_rest_goes_on(name: str) -> None:
    assert refused_alone(zipped({"a.jpg": PHOTO, name: zipped({"b.jpg": PHOTO})})) == "zip_nested"


def test_a_member_packed_beyond_the_ratio_is_a_bomb() -> None:
    assert refused_alone(zipped({"a.jpg": PHOTO, "b.jpg": bytes(3_000_000)})) == "zip_bomb"


def test_a_member_that_grows_beyond_its_declared_size_is_stopped_while_it_is_read() -> None:
    bomb = declaring(zipped({"a.jpg": PHOTO, "b.jpg": bytes(200_000_000)}), 1000)
    started_s = time.process_time()
    assert refused_alone(bomb) == "zip_bomb"
    assert time.process_time() - started_s < 0.1


def test_more_declared_bytes_than_allowed_are_a_bomb() -> None:
    assert refused_whole(zipped({"a.jpg": PHOTO, "b.jpg": PHOTO}), max_total_bytes=len(PHOTO)) == "zip_bomb"
    assert refused_whole(declaring(zipped({"a.jpg": PHOTO}), 2**32 - 2)) == "zip_bomb"


def test_more_members_than_allowed_are_a_bomb() -> None:
    assert refused_whole(zipped({f"{number}.jpg": b"" for number in range(11)}), max_members=10) == "zip_bomb"


def test_members_that_share_their_bytes_are_a_bomb() -> None:
    assert refused_whole(overlapping_zip()) == "zip_bomb"


def test_a_directory_longer_than_its_files_can_explain_is_not_read() -> None:
    names = {f"{number:04}-{'n' * 400}.jpg": b"" for number in range(600)}
    assert refused_whole(zipped(names), max_members=10) == "zip_bomb"


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_a_zip_that_ends_too_early_is_broken(share: float) -> None:
    content = zipped({"a.jpg": PHOTO, "b.jpg": PHOTO})
    assert refused_whole(content[: int(len(content) * share)]) == "zip_broken"


def test_a_damaged_member_is_refused_and_the_rest_goes_on() -> None:
    content = bytearray(zipped({"a.jpg": PHOTO, "b.jpg": PHOTO}))
    content[content.rindex(b"PK\x03\x04") + 60] ^= 0xFF
    assert refused_alone(bytes(content)) == "zip_broken"


def test_a_locked_member_is_broken_and_says_so() -> None:
    content = bytearray(zipped({"a.jpg": PHOTO, "b.jpg": PHOTO}))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    *_, locked = opened(bytes(content))
    with pytest.raises(Refused, match="zip_broken: The file is locked with a password"):
        locked.open()


def test_an_unusual_packing_is_broken_and_says_so() -> None:
    (member,) = opened(zipped({"a.jpg": PHOTO}, method=zipfile.ZIP_LZMA))
    with pytest.raises(Refused, match="zip_broken: The file is packed by a method"):
        member.open()


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty"), (zipped({}), "empty"), (PHOTO, "mislabelled"), (b"hi", "zip_broken")],
)
def test_what_is_no_zip_of_photos_is_refused_whole(content: bytes, reason: str) -> None:
    assert refused_whole(content) == reason


def test_what_the_storage_raises_is_not_the_archives_fault() -> None:
    class Failing(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("The disk is gone.")

    with pytest.raises(OSError, match="The disk is gone"):
        list(open_archive(Failing(zipped({"a.jpg": PHOTO}))))
