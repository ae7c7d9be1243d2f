"""Lines of a text file, however it is encoded and however long its lines claim to be."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

LONGEST_LINE = 8192
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = bytes(range(9)) + bytes(range(14, 32))


def is_text(head: bytes) -> bool:
    """Whether the head of a file reads as text: UTF-16 with its mark, or hardly any control characters but zeros.

    Loggers that lose their power leave zeros behind, so those alone do not count.
    """
    if head.startswith(_UTF_16):
        return True
    body = head.rstrip(b"\x00")
    controls = len(body) - len(body.translate(None, _CONTROLS))
    return controls * 100 <= len(body)


def encoding_of(head: bytes) -> str:
    return "utf-16" if head.startswith(_UTF_16) else "utf-8-sig"


def lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Lines without their ends and without empty ones; of a longer line than `LONGEST_LINE` characters only its head."""
    decoder: codecs.IncrementalDecoder | None = None
    tail = ""
    for chunk in chunks:
        if decoder is None:
            decoder = codecs.getincrementaldecoder(encoding_of(chunk))(errors="replace")
        *whole, tail = (tail + decoder.decode(chunk)).replace("\r", "\n").split("\n")
        yield from (line[:LONGEST_LINE] for line in whole if line)
        tail = tail[:LONGEST_LINE]
    if tail:
        yield tail
