from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.rolling import RollingSha256, trusted_library

pytestmark = pytest.mark.skipif(trusted_library() is None, reason="hashlib's OpenSSL cannot be reached here")


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_a_hash_that_is_put_away_after_each_piece_is_the_hash_of_all(pieces: list[bytes]) -> None:
    rolling = RollingSha256.begin()
    for piece in pieces:
        assert rolling is not None
        rolling.update(piece)
        rolling = RollingSha256.taken_up(rolling.kept())
    assert rolling is not None
    assert rolling.hexdigest() == hashlib.sha256(b"".join(pieces)).hexdigest()


@pytest.mark.parametrize("kept", [b"", b"x", bytes(111), b"\xff" * 112])
def test_a_state_that_is_none_is_not_taken_up(kept: bytes) -> None:
    assert RollingSha256.taken_up(kept) is None
