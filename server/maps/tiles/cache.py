"""Drawn tiles are kept in Valkey by what they show: scorer, season, card and stamps are in the key.

A change of the map changes the stamp, a promotion the scorer, so that nothing ever has to be taken out: what is no longer asked
for ends by itself. Without Valkey every tile is drawn anew.
"""

from __future__ import annotations

import gzip
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import islice

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from server.maps.tiles.grid import Tile
from server.maps.tiles.queries import Version

DRAWING = 4
"""Counted up when tiles of the same content are drawn in another way."""

PREFIX = "festivity:tile"
DIGEST_LENGTH = 32
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """A drawn tile: the hexadecimal digest of its content, and its bytes as they are sent; empty where it shows nothing."""

    digest: str
    body: bytes

    @classmethod
    def of(cls, content: bytes, *, squeeze: bool) -> Kept:
        """`squeeze` gzips the content. The digest is that of the plain one."""
        digest = sha256(content).hexdigest()[:DIGEST_LENGTH]
        return cls(
            digest, gzip.compress(content, compresslevel=1, mtime=0) if squeeze and content else content
        )


def key_of(name: str, tile: Tile, shown: Version) -> str:
    """`name` is the layer with its format, as in "heat.png"."""
    edition = f"{shown.scorer}:{shown.card}:{shown.season}"
    return f"{PREFIX}:{DRAWING}:{name}:{edition}:{shown.stamp}:{shown.ground}:{tile.z}/{tile.x}/{tile.y}"


def find(key: str) -> Kept | None:
    if not settings.TILES_KEPT_S:
        return None
    try:
        found = client().get(key)
    except redis.RedisError as error:
        log.warning("tiles are drawn anew, Valkey does not answer: %s", error)
        return None
    return Kept(found[:DIGEST_LENGTH].decode(), found[DIGEST_LENGTH:]) if isinstance(found, bytes) else None


def find_digest(key: str) -> str | None:
    """The digest alone: enough to tell a browser that it has the tile."""
    try:
        return bytes(client().getrange(key, 0, DIGEST_LENGTH - 1)).decode() or None  # type: ignore[arg-type]
    except redis.RedisError:
        return None


def keep(key: str, tile: Kept) -> None:
    if not settings.TILES_KEPT_S:
        return
    try:
        client().set(key, tile.digest.encode() + tile.body, ex=settings.TILES_KEPT_S)
    except redis.RedisError as error:
        log.warning("a tile was not kept, Valkey does not answer: %s", error)


def purge() -> int:
    """Forgets every kept tile; how many there were. Raises redis.RedisError."""
    keys = client().scan_iter(f"{PREFIX}:*", count=1000)
    return sum(client().unlink(*batch) for batch in batched(keys, 1000))


def batched(keys: Iterator[bytes], size: int) -> Iterator[list[bytes]]:
    while batch := list(islice(keys, size)):
        yield batch


@cache
def client() -> redis.Redis:
    return connect(settings.REDIS_URL)


def connect(address: str) -> redis.Redis:
    """Whoever waits for a tile does not wait for Valkey to come back: it is asked twice at most."""
    retry = Retry(NoBackoff(), 1)
    return redis.Redis.from_url(address, socket_timeout=1, socket_connect_timeout=1, retry=retry)
