"""Ctrl-C, SIGTERM and a closed terminal."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from .children import Children
from .refusal import Interruption

CAUGHT = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """The first signal ends the block with Interruption. Once everything is being stopped, a further one hurries."""

    def __init__(self, children: Children) -> None:
        self.children = children
        self.armed = True

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self.armed:
            self.armed = False
            raise Interruption(signal.Signals(number).name)
        self.children.hurry = True


@contextmanager
def interruptible(children: Children) -> Iterator[Interrupts]:
    """Catches the signals, except those that were ignored from outside (nohup, a shell's background job)."""
    interrupts = Interrupts(children)
    caught = [number for number in CAUGHT if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, interrupts) for number in caught}
    try:
        yield interrupts
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
