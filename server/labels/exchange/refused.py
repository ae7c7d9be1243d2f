from __future__ import annotations


class Refused(Exception):
    """What somebody brought cannot be taken; the message is a sentence that says why and what to do."""
