"""Vector tiles put together: https://github.com/mapbox/vector-tile-spec/tree/master/2.1"""

from __future__ import annotations

from collections.abc import Iterator

LAYERS_FIELD, NAME_FIELD = 3, 1
VARINT, EIGHT_BYTES, LENGTH, FOUR_BYTES = 0, 1, 2, 5


def merged(*tiles: bytes) -> bytes:
    """One tile with the layers of all; of two layers of one name the later tile's stays, since a name may stand once only."""
    layers: dict[bytes, bytes] = {}
    for tile in tiles:
        layers |= layers_of(tile)
    return b"".join(layers.values())


def layers_of(tile: bytes) -> dict[bytes, bytes]:
    """The layers by name, each as it lies in the tile."""
    found = {}
    for field, start, body, end in fields_of(tile, 0, len(tile)):
        if field == LAYERS_FIELD:
            found[name_of(tile, body, end)] = tile[start:end]
    return found


def name_of(tile: bytes, start: int, end: int) -> bytes:
    return next(
        (tile[body:stop] for field, _, body, stop in fields_of(tile, start, end) if field == NAME_FIELD), b""
    )


def fields_of(message: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Number, start, start of the content, and end of each field of a protobuf message."""
    while start < end:
        key, body = varint(message, start)
        kind = key & 7
        if kind == LENGTH:
            length, body = varint(message, body)
            stop = body + length
        elif kind == VARINT:
            _, stop = varint(message, body)
        else:
            stop = body + {EIGHT_BYTES: 8, FOUR_BYTES: 4}[kind]
        yield key >> 3, start, body, stop
        start = stop


def varint(message: bytes, at: int) -> tuple[int, int]:
    """A number in base 128, the lowest digits first, and where it ends."""
    number = shift = 0
    while True:
        digit = message[at]
        number |= (digit & 127) << shift
        at, shift = at + 1, shift + 7
        if digit < 128:
            return number, at
