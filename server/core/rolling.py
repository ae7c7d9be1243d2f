"""SHA-256 that can be put away in the middle and taken up again, by another process or after a restart.

hashlib keeps its state to itself. The library that it calls, OpenSSL, keeps the state of SHA-256 in a plain structure of 112
bytes (SHA256_CTX, openssl/sha.h), which may be copied. Where that library cannot be reached, `RollingSha256.begin` gives
None, and the bytes have to be read once more.
"""

from __future__ import annotations

import ctypes
import hashlib
from functools import cache

BLOCK_BYTES = 64


class State(ctypes.Structure):
    """SHA256_CTX: eight words, the count of bits in two, the bytes of an unfinished block, and how many those are."""

    _fields_ = [
        ("words", ctypes.c_uint32 * 8),
        ("bits", ctypes.c_uint32 * 2),
        ("block", ctypes.c_uint32 * 16),
        ("filled", ctypes.c_uint),
        ("digest_bytes", ctypes.c_uint),
    ]


class RollingSha256:
    """The SHA-256 of what `update` was given so far. `kept()` is its state, for `taken_up`."""

    def __init__(self, library: ctypes.CDLL, state: State) -> None:
        self.library, self.state = library, state

    @classmethod
    def begin(cls) -> RollingSha256 | None:
        """A hash of no bytes yet; None where the library cannot be reached."""
        library = trusted_library()
        if library is None:
            return None
        state = State()
        library.SHA256_Init(ctypes.byref(state))
        return cls(library, state)

    @classmethod
    def taken_up(cls, kept: bytes) -> RollingSha256 | None:
        """The hash that was put away as `kept`; None where the library cannot be reached or the state is none."""
        library = trusted_library()
        if library is None or len(kept) != ctypes.sizeof(State):
            return None
        state = State.from_buffer_copy(kept)
        return cls(library, state) if state.filled < BLOCK_BYTES else None

    def update(self, piece: bytes) -> None:
        self.library.SHA256_Update(ctypes.byref(self.state), piece, ctypes.c_size_t(len(piece)))

    def kept(self) -> bytes:
        return bytes(self.state)

    def hexdigest(self) -> str:
        """Of the bytes so far; more may follow."""
        last = State.from_buffer_copy(bytes(self.state))
        digest = ctypes.create_string_buffer(hashlib.sha256().digest_size)
        self.library.SHA256_Final(digest, ctypes.byref(last))
        return digest.raw.hex()


@cache
def trusted_library() -> ctypes.CDLL | None:
    """The OpenSSL that hashlib itself calls, if it gives what hashlib gives."""
    try:
        import _hashlib

        library = ctypes.CDLL(_hashlib.__file__)
        return library if agrees_with_hashlib(library) else None
    except (ImportError, AttributeError, OSError):
        return None


def agrees_with_hashlib(library: ctypes.CDLL) -> bool:
    """Hashes a few bytes in two pieces, put away between them, with room behind the structure in case it were longer."""
    said = bytes(range(200))
    room = ctypes.create_string_buffer(1024)
    library.SHA256_Init(room)
    library.SHA256_Update(room, said[:77], ctypes.c_size_t(77))
    later = RollingSha256(library, State.from_buffer_copy(room))
    later.update(said[77:])
    untouched = not any(room.raw[ctypes.sizeof(State) :])
    return untouched and later.hexdigest() == hashlib.sha256(said).hexdigest()
