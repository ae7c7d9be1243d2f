"""What a client may say of a file, and what of it is believed."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.drives.uploads.metadata import Unreadable, clean_path, read_metadata
from tests.server.tus import metadata


def test_folder_time_side_and_hash_are_read() -> None:
    header = metadata(
        drive="d",
        filename="a.jpg",
        folder="DCIM/100",
        side="around",
        sha256="AB" * 32,
        modified="1764961200500",
    )
    drive, said = read_metadata(header)
    assert (drive, said.name, said.folder, said.side, said.sha256) == (
        "d",
        "a.jpg",
        "DCIM/100",
        "around",
        "ab" * 32,
    )
    assert said.modified_at == datetime(2025, 12, 5, 19, 0, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc", "etc"),
        ("/var/log", "var/log"),
        ("C:\\DCIM\\left", "DCIM/left"),
        ("a/./b//c/..", "a/b/c"),
        ("ni\x00g\x1fht\u202e", "night"),
        ("   ", ""),
        ("Año/Ünlü 12", "Año/Ünlü 12"),
    ],
)
def test_a_folder_is_a_relative_path_and_nothing_else(sent: str, kept: str) -> None:
    assert clean_path(sent) == kept


def test_of_a_long_path_the_nearest_folders_are_kept() -> None:
    _drive, said = read_metadata(metadata(drive="d", filename="a.jpg", folder="x" * 200 + "/" + "y" * 200))
    assert said.folder == "y" * 200


@pytest.mark.parametrize("modified", ["0", "-5000", "9" * 17, ""])
def test_a_clock_that_was_never_set_tells_no_time(modified: str) -> None:
    assert read_metadata(metadata(drive="d", filename="a.jpg", modified=modified))[1].modified_at is None


@pytest.mark.parametrize(
    "said", [{"sha256": "ab"}, {"sha256": "g" * 64}, {"modified": "today"}, {"modified": "1e9"}]
)
def test_what_is_garbled_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        read_metadata(metadata(drive="d", filename="a.jpg", **said))


@given(st.text(max_size=300))
def test_any_header_is_read_or_refused(header: str) -> None:
    with suppress(Unreadable):
        assert read_metadata(header)[1].name


@given(st.text(max_size=300))
def test_any_folder_comes_out_harmless(folder: str) -> None:
    steps = clean_path(folder).split("/")
    assert not {"..", "."} & set(steps)
    assert steps == [""] or "" not in steps
