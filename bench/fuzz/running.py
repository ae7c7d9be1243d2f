"""Cases in child processes that may crash, hang or swell without taking anything else with them."""

from __future__ import annotations

import multiprocessing
import os
import resource
import select
import signal
import struct
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from bench.fuzz.parsers import case_of, parsers
from bench.fuzz.seeds import seeds_of

LONGEST_S = 5.0
GRACE_S = 3.0
MOST_BYTES = 1024**3
RECORD = struct.Struct("<IBf")
READ, REFUSED, CRASH, HANG, MEMORY = range(5)
NAMES = ("read", "refused", "crashes", "hangs", "memory")


class TooSlow(BaseException):
    """Raised by the alarm; no parser's `except Exception` catches it."""


@dataclass
class Tally:
    """What became of the cases of one parser."""

    counts: Counter[str] = field(default_factory=Counter)
    slowest_ms: float = 0.0
    failed: list[tuple[int, str]] = field(default_factory=list)


def run_parser(name: str, cases: int, seed: int, failures: Path) -> Tally:
    """All cases of a parser, once it has read a sound file here.

    A child that dies is replaced, and goes on behind the case that killed it.
    """
    tally, number = Tally(), 0
    parsers()[name](seeds_of(name)[0])
    while number < cases:
        number = run_child(name, number, cases, seed, failures, tally)
    return tally


def run_child(name: str, first: int, cases: int, seed: int, failures: Path, tally: Tally) -> int:
    """Cases from `first` on, as far as one child comes; the number of the case to go on with."""
    reading, writing = os.pipe()
    child = multiprocessing.get_context("fork").Process(
        target=work, args=(name, first, cases, seed, failures, writing)
    )
    child.start()
    os.close(writing)
    at = first
    with os.fdopen(reading, "rb") as records:
        while at < cases:
            ready, _, _ = select.select([records], [], [], LONGEST_S + GRACE_S)
            record = records.read(RECORD.size) if ready else b""
            if len(record) < RECORD.size:
                outcome = CRASH if ready else HANG
                note(tally, name, at, outcome, 0.0, failures, case_of(seeds_of(name), seed, name, at))
                at += 1
                break
            at, outcome, elapsed_ms = RECORD.unpack(record)
            note(tally, name, at, outcome, elapsed_ms, failures, b"")
            at += 1
    if child.is_alive() and at < cases:
        child.kill()
    child.join()
    return at


def note(
    tally: Tally, name: str, number: int, outcome: int, elapsed_ms: float, failures: Path, content: bytes
) -> None:
    tally.counts[NAMES[outcome]] += 1
    tally.slowest_ms = max(tally.slowest_ms, elapsed_ms)
    if outcome >= CRASH:
        tally.failed.append((number, NAMES[outcome]))
    if content:
        save(failures, name, number, outcome, content, "The process ended or did not answer.")


def save(failures: Path, name: str, number: int, outcome: int, content: bytes, why: str) -> None:
    failures.mkdir(parents=True, exist_ok=True)
    stem = f"{name}-{number}-{NAMES[outcome]}"
    (failures / stem).write_bytes(content)
    (failures / f"{stem}.txt").write_text(why)


def work(name: str, first: int, cases: int, seed: int, failures: Path, writing: int) -> None:
    """The child: one case after the other, each told of when it is over."""
    parse, seeds = parsers()[name], seeds_of(name)
    signal.signal(signal.SIGALRM, ring)
    limit_memory()
    for number in range(first, cases):
        content = case_of(seeds, seed, name, number)
        began = time.perf_counter()
        outcome, why = READ, ""
        try:
            signal.setitimer(signal.ITIMER_REAL, LONGEST_S)
            outcome = READ if parse(content) else REFUSED
        except MemoryError:
            outcome, why = MEMORY, traceback.format_exc()
        except TooSlow:
            outcome, why = HANG, traceback.format_exc()
        except Exception:
            outcome, why = CRASH, traceback.format_exc()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if why:
            save(failures, name, number, outcome, content, why)
        os.write(writing, RECORD.pack(number, outcome, (time.perf_counter() - began) * 1000))
    os._exit(0)


def ring(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow


def limit_memory() -> None:
    """A gigabyte of address space beyond what the process has already."""
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MOST_BYTES, taken + MOST_BYTES))
