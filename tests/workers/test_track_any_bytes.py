"""No bytes make a track parser do anything but read them or refuse. `python -m bench.fuzz` goes on where this stops."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.fuzz.mutations import mutated
from bench.fuzz.parsers import parsers, read_as_headers, read_as_track
from bench.fuzz.running import run_parser
from bench.fuzz.seeds import seeds_of

any_bytes = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@any_bytes
@given(number=st.integers(0, 2**40), kind=st.sampled_from(["gpx", "nmea", "csv"]))
def test_a_damaged_track_is_read_or_refused(number: int, kind: str) -> None:
    assert read_as_track(mutated(seeds_of(kind), Random(number))) in (True, False)


@any_bytes
@given(content=st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_track_or_refused(content: bytes) -> None:
    assert read_as_track(content) in (True, False)


@any_bytes
@given(number=st.integers(0, 2**40))
def test_a_damaged_header_of_an_upload_is_read_or_refused(number: int) -> None:
    assert read_as_headers(mutated(seeds_of("tus"), Random(number))) in (True, False)


def test_every_parser_reads_a_sound_file() -> None:
    assert all(parse(seeds_of(name)[0]) for name, parse in parsers().items())


def test_the_fuzzer_counts_a_crash_a_hang_and_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own alarm, limit and counters, on a parser that does each of these."""
    outcomes = iter(["ok", "crash", "hang", "memory", "dies"])

    def parse(content: bytes) -> bool:
        match next(outcomes):
            case "crash":
                raise KeyError(content)
            case "hang":
                while True:
                    pass
            case "memory":
                bytearray(3 * 1024**3)
            case "dies":
                os._exit(9)
        return True

    monkeypatch.setattr("bench.fuzz.running.parsers", lambda: {"gpx": parse})
    monkeypatch.setattr("bench.fuzz.running.LONGEST_S", 0.3)
    tally = run_parser("gpx", 4, 0, tmp_path)
    assert dict(tally.counts) == {"crashes": 2, "hangs": 1, "memory": 1}
    assert len(list(tmp_path.glob("*.txt"))) == 4
