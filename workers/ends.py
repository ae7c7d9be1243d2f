"""The three ends of a stage. Anything else that is raised is a failure: recorded, and raised again."""

from __future__ import annotations

from dataclasses import dataclass


class Retryable(Exception):
    """It may work later: the network, the disk, the database were away."""


class Rejected(Exception):
    """It will never work, and the driver can do something about it: the message is a sentence for them."""


@dataclass(frozen=True)
class Wait:
    """A job waits for something else; its next turn is not before this."""

    pause_s: float
