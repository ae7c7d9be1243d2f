"""Damage as cards, cables and strangers do it: a few changes of one sound file, chosen by a number."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence
from random import Random

LONGEST_BYTES = 200_000
EXTREMES = (
    b"0", b"-0", b"-1", b"1e309", b"-1e309", b"NaN", b"inf", b"1" * 400, b"9" * 19, b"0x7f", b"1_0", b"",
    b"90.0000001", b"-180.5", b"18446744073709551616", b"2147483648", b"0000-00-00T00:00:00Z", b"9999-12-31T23:59:59Z",
    b"99999-01-01", b"24:00:60", b"+99:99", "\u0663".encode(), b"\xff\xfe",
)  # fmt: skip
WORDS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
TOKENS = (
    b"<!DOCTYPE a [<!ENTITY b \"c\">]>", b"&b;", b"&#0;", b"<![CDATA[", b"]]>", b"<!--",
    b"<?xml version='1.0' encoding='utf-7'?>",
    b"<trkpt>", b"</trkseg>", b"<a:b:c>", b"<" * 500, b"$GPRMC,", b"*00", b"$", b",,,,,,,,", b'"', b"\r", b"\n\n", b"\x00" * 64,
    b"\xef\xbb\xbf", b"\xff\xfe", b"DEVC", b"STRM", b"SCAL", b"GPS5", b"GPS9", b"TYPE", b"\xff\xd8", b"\xff\xd9", b"Exif\x00\x00",
)  # fmt: skip
_NUMBER = re.compile(rb"[+-]?\d+(?:\.\d+)?")

Change = Callable[[bytearray, Random, Sequence[bytes]], None]


def flip_bits(content: bytearray, rng: Random, _seeds: Sequence[bytes]) -> None:
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)


def cut_short(content: bytearray, rng: Random, _seeds: Sequence[bytes]) -> None:
    del content[rng.randrange(len(content)) :]


def cut_out(content: bytearray, rng: Random, _seeds: Sequence[bytes]) -> None:
    at = rng.randrange(len(content))
    del content[at : at + rng.choice((1, 2, 4, 16, 300))]


def splice(content: bytearray, rng: Random, seeds: Sequence[bytes]) -> None:
    """A piece of another file, over or between."""
    other = rng.choice(seeds)
    start, at = rng.randrange(len(other) or 1), rng.randrange(len(content))
    piece = other[start : start + rng.choice((4, 40, 400, 4000))]
    content[at : at + rng.choice((0, len(piece)))] = piece


def repeat(content: bytearray, rng: Random, _seeds: Sequence[bytes]) -> None:
    at = rng.randrange(len(content))
    piece = content[at : at + rng.choice((1, 8, 100, 2000))]
    content[at:at] = piece * min(rng.choice((2, 10, 300)), LONGEST_BYTES // max(len(piece), 1))


def set_length(content: bytearray, rng: Random, _seeds: Sequence[bytes]) -> None:
    """A field of 1, 2 or 4 bytes, aligned as lengths and counts are, at one of its ends."""
    form = rng.choice((">B", ">H", "<H", ">I", "<I"))
    width = struct.calcsize(form)
    at = rng.randrange(max(len(content) - width, 0) // width + 1) * width
    content[at : at + width] = struct.pack(form, rng.choice(WORDS) & (1 << 8 * width) - 1)


def set_number(content: bytearray, rng: Random, _seeds: Sequence[bytes]) -> None:
    """A written number becomes an extreme one."""
    start = rng.randrange(len(content))
    match = _NUMBER.search(content, start) or _NUMBER.search(content)
    if match:
        content[match.start() : match.end()] = rng.choice(EXTREMES)


def insert_token(content: bytearray, rng: Random, _seeds: Sequence[bytes]) -> None:
    at = rng.randrange(len(content))
    content[at:at] = rng.choice(TOKENS)


def overwrite(content: bytearray, rng: Random, _seeds: Sequence[bytes]) -> None:
    at, length = rng.randrange(len(content)), rng.choice((1, 4, 32, 512))
    content[at : at + length] = rng.randbytes(length)


CHANGES: tuple[Change, ...] = (
    flip_bits, cut_short, cut_out, splice, repeat, set_length, set_length, set_number, insert_token, overwrite,
)  # fmt: skip


def mutated(seeds: Sequence[bytes], rng: Random) -> bytes:
    """One of the seeds with one to six changes; at most `LONGEST_BYTES` long."""
    content = bytearray(rng.choice(seeds))
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        if not content:
            break
        rng.choice(CHANGES)(content, rng, seeds)
        del content[LONGEST_BYTES:]
    return bytes(content)
