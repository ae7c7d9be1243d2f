"""Zip archives of photos, opened under limits: nothing is trusted that the archive says of itself."""

from __future__ import annotations

import copy
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO

from workers.media.kinds import HEAD_BYTES, Kind, sniff
from workers.media.refusal import Refused, foreign

MAX_MEMBERS = 20_000
MAX_TOTAL_BYTES = 20 * 2**30
MAX_RATIO = 100
_RATIO_MATTERS_BYTES = 2**20
_DIRECTORY_BYTES_PER_MEMBER = 512
_LOCAL_HEADER_BYTES = 30
_CHUNK_BYTES = 2**20
_SPOOL_BYTES = 8 * 2**20
_LOCKED = 0x1 | 0x40 | 0x2000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CLUTTER = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
_STORAGE_FAILS = (OSError, MemoryError)


@dataclass(frozen=True)
class Member:
    """One file inside a zip. `name` is its path there, with slashes; `size_bytes` is what the zip declares."""

    name: str
    size_bytes: int
    _info: zipfile.ZipInfo = field(repr=False)
    _archive: zipfile.ZipFile = field(repr=False)
    _max_ratio: float = field(repr=False)

    def open(self) -> IO[bytes]:
        """The member unpacked, from its start, seekable; in memory while it is small.

        Raises `Refused` for this member alone: zip_unsafe, zip_nested, zip_broken (also when locked), zip_bomb (packed
        beyond the ratio, or growing beyond what the zip declares: reading stops there).
        """
        _check_name(self._info)
        _check_packing(self._info, self._max_ratio)
        unpacked: IO[bytes] = SpooledTemporaryFile(_SPOOL_BYTES)  # noqa: SIM115
        try:
            with foreign("zip_broken", not_its_fault=_STORAGE_FAILS):
                self._unpack_into(unpacked)
        except BaseException:
            unpacked.close()
            raise
        unpacked.seek(0)
        return unpacked

    def _unpack_into(self, unpacked: IO[bytes]) -> None:
        """`zipfile` is told of more room than declared: growth is seen here before it sees a wrong checksum."""
        roomy = copy.copy(self._info)
        roomy.file_size += 2 * _CHUNK_BYTES
        with self._archive.open(roomy) as packed:
            while chunk := packed.read(_CHUNK_BYTES):
                if not unpacked.tell() and sniff(chunk[:HEAD_BYTES]) is Kind.ZIP:
                    raise Refused("zip_nested")
                if unpacked.tell() + len(chunk) > self.size_bytes:
                    raise Refused("zip_bomb", "The file grows beyond the size that the zip declares.")
                unpacked.write(chunk)


def open_archive(
    stream: IO[bytes],
    *,
    max_members: int = MAX_MEMBERS,
    max_total_bytes: int = MAX_TOTAL_BYTES,
    max_ratio: float = MAX_RATIO,
) -> Iterator[Member]:
    """The files of a zip in its own order, without folders, hidden files and what operating systems leave behind.

    `stream` must be seekable and stay open while members are read. Raises `Refused` for the whole archive at once:
    empty, mislabelled, zip_broken, zip_bomb (too many members, too many bytes declared, members that share bytes). What is
    wrong with one member is raised by its `open()`; the others can still be read.
    """
    _check_kind(stream)
    with foreign("zip_broken", not_its_fault=_STORAGE_FAILS):
        source = _Source(stream, longest_read_bytes=max(2**17, max_members * _DIRECTORY_BYTES_PER_MEMBER))
        archive = zipfile.ZipFile(source)
        infos = archive.infolist()
    if not infos:
        raise Refused("empty", "The zip holds no files.")
    if len(infos) > max_members:
        raise Refused("zip_bomb", f"The zip holds more than {max_members} files.")
    if sum(info.file_size for info in infos) > max_total_bytes:
        raise Refused("zip_bomb", f"The zip declares more than {max_total_bytes // 2**20} MiB.")
    _check_overlap(infos, archive.start_dir)
    return (
        Member(_slashed(info), info.file_size, info, archive, max_ratio)
        for info in infos
        if not _slashed(info).endswith("/") and not _is_clutter(info)
    )


class _Source:
    """The archive's bytes for `zipfile`, which would read a directory of any declared length at once."""

    def __init__(self, stream: IO[bytes], longest_read_bytes: int) -> None:
        self._stream = stream
        self._longest_read_bytes = longest_read_bytes
        self.tell = stream.tell

    def read(self, size: int = -1, /) -> bytes:
        if size > self._longest_read_bytes:
            raise Refused("zip_bomb", "The zip's directory is longer than its files can explain.")
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        if whence == 0 and offset < 0:
            raise zipfile.BadZipFile("An offset points before the beginning of the file.")
        return self._stream.seek(offset, whence)

    def seekable(self) -> bool:
        return True


def _check_kind(stream: IO[bytes]) -> None:
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    if not head:
        raise Refused("empty")
    kind = sniff(head)
    if kind not in (None, Kind.ZIP):
        raise Refused("mislabelled", f"It is a {kind} file, not a zip.")


def _check_name(info: zipfile.ZipInfo) -> None:
    name = _slashed(info)
    if name.startswith("/") or re.match("[A-Za-z]:", name) or ".." in name.split("/") or "\x00" in name:
        raise Refused("zip_unsafe", f"The name is {name}.")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        raise Refused("zip_unsafe", "It is a link or a device, not a file.")
    if name.lower().endswith(".zip"):
        raise Refused("zip_nested")


def _check_packing(info: zipfile.ZipInfo, max_ratio: float) -> None:
    if info.flag_bits & _LOCKED:
        raise Refused("zip_broken", "The file is locked with a password.")
    if info.compress_type not in _METHODS:
        raise Refused(
            "zip_broken", "The file is packed by a method that we do not open; use the usual one (deflate)."
        )
    if info.file_size > max(_RATIO_MATTERS_BYTES, info.compress_size * max_ratio):
        raise Refused("zip_bomb", f"{info.compress_size} bytes are to become {info.file_size}.")


def _check_overlap(infos: list[zipfile.ZipInfo], directory_at: int) -> None:
    """Members that share packed bytes make a bomb without a large ratio (D. Fifield, "A better zip bomb", 2019)."""
    ordered = sorted(infos, key=lambda info: info.header_offset)
    starts = [info.header_offset for info in ordered[1:]] + [directory_at]
    for info, next_start in zip(ordered, starts, strict=True):
        if (
            info.header_offset + _LOCAL_HEADER_BYTES + len(info.orig_filename) + info.compress_size
            > next_start
        ):
            raise Refused("zip_bomb", "Files inside the zip share their bytes.")


def _slashed(info: zipfile.ZipInfo) -> str:
    return info.orig_filename.replace("\\", "/")


def _is_clutter(info: zipfile.ZipInfo) -> bool:
    parts = _slashed(info).split("/")
    if ".." in parts:
        return False
    return any(part in _CLUTTER or (part.startswith(".") and part != ".") for part in parts)
