from __future__ import annotations

import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_public_id() -> str:
    """Ten characters (about 49 bits) without look-alikes: opaque, stable, and readable aloud."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))
