"""What is kept of an e-mail address and of a network: keyed hashes, which tell the same from another and nothing else."""

from __future__ import annotations

import hashlib
import ipaddress
import unicodedata
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.utils.crypto import salted_hmac

DOTS_DO_NOT_COUNT = ("gmail.com", "googlemail.com")
PREFIX = {4: 24, 6: 48}
"""So many bits of an address are its network: what one household, school or hoster is commonly given."""


def normal_address(address: str) -> str:
    """The mailbox that an address leads to, so that no one has two voices: without case, without what follows a plus sign, with
    the domain as the name system knows it."""
    name, _at, domain = unicodedata.normalize("NFKC", address).strip().lower().rpartition("@")
    domain = domain.rstrip(".")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    name = name.partition("+")[0] or name
    if domain in DOTS_DO_NOT_COUNT:
        return f"{name.replace('.', '')}@gmail.com"
    return f"{name}@{domain}"


def address_hash(address: str) -> str:
    return keyed("address", normal_address(address))


def network_hash(network: str, at: datetime) -> str:
    """Of the prefix of an address and the day: it cannot be told whether two days' voters share a network."""
    try:
        address = ipaddress.ip_interface(network).ip
    except ValueError:
        return ""
    prefix = ipaddress.ip_network((address, PREFIX[address.version]), strict=False)
    return keyed("network", f"{at:%Y-%m-%d} {prefix}")[:16]


def keyed(kind: str, text: str) -> str:
    return salted_hmac(
        f"server.votes.{kind}", text, secret=settings.VOTER_KEY, algorithm="sha256"
    ).hexdigest()


def token_hash(token: str) -> str:
    """Of a link's 256 random bits; nothing to guess, so it needs no key."""
    return hashlib.sha256(token.encode()).hexdigest()
