from __future__ import annotations

import io
import os
import struct
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workers.clips import box, clip, passing, texture
from tests.workers.test_video_gpmf import gps5
from workers.media.refusal import Refused
from workers.media.video.facts import VideoFacts, read_video

NOW = datetime(2026, 12, 6, tzinfo=UTC)
REAL = Path(os.environ.get("FESTIVITY_REAL_DATA", "/nowhere")) / "video_and_gpx"
ZONE = "America/Los_Angeles"


@pytest.fixture(scope="module")
def plain() -> bytes:
    return clip(passing(40, 2))


def facts(content: bytes, name: str = "clip.mp4", **given: Any) -> VideoFacts:
    return read_video(io.BytesIO(content), name=name, now=NOW, zone=ZONE, **given)


def refusal(content: bytes, name: str = "clip.mp4") -> Refused:
    with pytest.raises(Refused) as refused:
        facts(content, name)
    return refused.value


@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"container": "matroska"},
        {"container": "mov"},
        {"muxing": {"movflags": "frag_keyframe+empty_moov"}},
    ],
)
def test_every_container_tells_size_duration_and_motion(kind: dict[str, Any]) -> None:
    found = facts(clip(passing(40, 2), **kind))
    assert (found.width, found.height) == (160, 96)
    assert found.duration_ms == pytest.approx(3_950, abs=60)
    assert len(found.motion) == 4


def test_h265_is_read() -> None:
    assert (
        facts(clip(passing(12, 2), codec="libx265", options={"x265-params": "log-level=none"})).frames == 12
    )


def test_a_clip_on_its_side_has_the_size_of_its_upright_picture() -> None:
    found = facts(clip(passing(12, 2), rotation_deg=90))
    assert (found.width, found.height) == (96, 160)


def test_pictures_that_are_not_evenly_apart_are_known() -> None:
    times_ms = [number**2 * 10.0 for number in range(20)]
    assert facts(clip(passing(20, 2), times_ms=times_ms, options={"bf": "0"})).variable_rate
    assert not facts(clip(passing(20, 2))).variable_rate


def test_a_scene_that_moves_left_has_a_negative_flow(plain: bytes) -> None:
    motion = facts(plain).motion
    assert motion[0, 2] == pytest.approx(-2 / 160 / 0.1, abs=0.01)
    assert motion[1:, 1].min() > 0.05


def test_a_scene_that_stands_does_not_change() -> None:
    motion = facts(clip([texture()] * 40)).motion
    assert motion[:, 1].max() < 0.003
    assert motion[0, 2] == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(
    ("metadata", "name", "at", "clock"),
    [
        ({"creation_time": "2026-12-05T03:30:00Z"}, "a.mp4", datetime(2026, 12, 5, 3, 30, tzinfo=UTC), "utc"),
        ({}, "VID_20261204_193000.mp4", datetime(2026, 12, 5, 3, 30, tzinfo=UTC), "name"),
        ({}, "PXL_20261205_033000123.mp4", datetime(2026, 12, 5, 3, 30, 0, 123_000, tzinfo=UTC), "utc"),
        ({"creation_time": "1970-01-01T00:00:07Z"}, "a.mp4", None, ""),
        ({"creation_time": "2036-12-05T03:30:00Z"}, "a.mp4", None, ""),
    ],
)
def test_the_surest_word_on_the_time_counts(
    metadata: dict[str, str], name: str, at: datetime | None, clock: str
) -> None:
    found = facts(clip(passing(12, 2), metadata=metadata), name)
    assert (found.device_at, found.clock) == (at, clock)


def test_a_clock_with_its_offset_counts_before_the_header() -> None:
    told = {
        "com.apple.quicktime.creationdate": "2026-12-04T19:30:00-0800",
        "creation_time": "2026-12-05T04:00:00Z",
    }
    content = clip(passing(12, 2), container="mov", metadata=told, muxing={"movflags": "use_metadata_tags"})
    found = facts(content)
    assert (found.device_at, found.clock) == (datetime(2026, 12, 5, 3, 30, tzinfo=UTC), "offset")


def test_a_file_without_a_clock_began_as_long_before_its_last_change_as_it_lasts(plain: bytes) -> None:
    found = facts(plain, modified_at=NOW)
    assert found.device_at is not None
    assert NOW - found.device_at == pytest.approx(
        timedelta(milliseconds=found.duration_ms), abs=timedelta(milliseconds=1)
    )
    assert found.clock == "modified"


def test_a_phone_tells_where_it_began() -> None:
    (fix,) = facts(clip(passing(12, 2), metadata={"location": "+32.9000-117.1000/"})).fixes
    assert (fix.lon, fix.lat, fix.at) == (-117.1, 32.9, None)


def test_make_and_model_are_told_and_nothing_else() -> None:
    told = {
        "com.apple.quicktime.make": "Apple",
        "com.apple.quicktime.model": "iPhone 15",
        "com.apple.quicktime.serial": "SECRET",
    }
    content = clip(passing(12, 2), container="mov", metadata=told, muxing={"movflags": "use_metadata_tags"})
    assert facts(content).device == "Apple iPhone 15"


def test_spherical_video_is_a_panorama(plain: bytes) -> None:
    xml = b"<rdf:SphericalVideo><GSpherical:ProjectionType>equirectangular</GSpherical:ProjectionType>"
    identity = bytes.fromhex("ffcc8263f8554a938814587a02521fdd")
    assert facts(with_child(plain, b"trak", box(b"uuid", identity, xml))).panorama
    assert not facts(plain).panorama


def test_what_is_no_video_is_refused_with_its_reason() -> None:
    assert refusal(b"").reason == "empty"
    assert refusal(b"This is a text." * 20).reason == "mislabelled"
    assert refusal(bytes(500)).reason == "unreadable"
    assert refusal(b"#EXTM3U\nhttp://example.org/x.ts\n").reason == "codec"
    assert refusal(box(b"ftyp", b"isom" * 4)).reason == "truncated"


def test_another_codec_is_refused_by_name() -> None:
    refused = refusal(clip(passing(12, 2), codec="mpeg4"))
    assert (refused.reason, refused.detail) == ("codec", "Its pictures are in mpeg4.")


def test_a_recording_that_was_never_finished_has_no_index(plain: bytes) -> None:
    assert refusal(plain[: plain.index(b"moov") - 4]).reason == "no_index"


def test_an_index_that_lists_no_pictures_is_refused(plain: bytes) -> None:
    assert refusal(patched(plain, b"stsz", 8, struct.pack(">I", 0))).reason in ("no_frames", "unreadable")


def test_an_index_that_lists_too_much_is_refused_at_once(plain: bytes) -> None:
    assert refusal(patched(plain, b"stsz", 8, b"\xff\xff\xff\xff")).reason == "unreadable"


def test_two_days_of_video_are_refused_by_the_header(plain: bytes) -> None:
    two_days = struct.pack(">I", 48 * 3600 * 1000)
    started = time.perf_counter()
    assert refusal(patched(plain, b"mvhd", 16, two_days)).reason == "too_long"
    assert time.perf_counter() - started < 0.5


def test_of_a_file_that_ends_early_the_good_part_is_taken() -> None:
    whole = clip(passing(60, 2), muxing={"movflags": "faststart"})
    found = facts(whole[: round(len(whole) * 0.6)])
    assert 1_500 < found.duration_ms < 5_000
    assert "of 6 seconds" in found.detail


def test_gps_time_counts_before_every_clock(plain: bytes) -> None:
    from workers.media.video.header import read_movie
    from workers.media.video.telemetry import telemetry_of

    content = io.BytesIO(
        with_telemetry(plain, [gps5((-117.1, 32.9)), gps5((-117.1, 32.8), at="261205033001.250")])
    )
    found = telemetry_of(content, read_movie(content))
    assert found.began_at == datetime(2026, 12, 5, 3, 30, 0, 250_000, tzinfo=UTC)
    assert [round(fix.elapsed_ms) for fix in found.fixes] == [0, 1000]


@settings(max_examples=150, deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 255)), min_size=1, max_size=12))
def test_a_damaged_header_gives_facts_or_a_refusal(plain: bytes, changes: list[tuple[int, int]]) -> None:
    damaged, start = bytearray(plain), plain.index(b"moov") - 4
    for place, value in changes:
        damaged[start + place % (len(plain) - start)] = value
    with suppress(Refused):
        assert facts(bytes(damaged)).width


@pytest.mark.skipif(not REAL.is_dir(), reason="FESTIVITY_REAL_DATA is not set")
@pytest.mark.parametrize(
    ("name", "size"), [("sample-5s.mp4", (1920, 1080)), ("sample-5s_h265.mp4", (1376, 1840))]
)
def test_real_clips_are_read(name: str, size: tuple[int, int]) -> None:
    with (REAL / name).open("rb") as stream:
        found = read_video(stream, name=name, now=NOW, zone=ZONE)
    assert (found.width, found.height) == size
    assert 5_000 <= found.duration_ms <= 5_800


def patched(content: bytes, kind: bytes, at: int, value: bytes) -> bytes:
    """The clip with bytes of the first box of a kind replaced, counted from the box's content."""
    begin = content.index(kind) + 4 + at
    return content[:begin] + value + content[begin + len(value) :]


def with_child(content: bytes, kind: bytes, child: bytes) -> bytes:
    """The clip with one more box within the first of a kind, whose parents grow with it. The index has to lie behind the
    pictures, so that none of them moves."""
    begin = content.index(kind) - 4
    for parent in (b"moov", kind):
        start = content.index(parent) - 4
        size = struct.unpack_from(">I", content, start)[0] + len(child)
        content = content[:start] + struct.pack(">I", size) + content[start + 4 :]
    end = begin + struct.unpack_from(">I", content, begin)[0] - len(child)
    return content[:end] + child + content[end:]


def with_telemetry(content: bytes, payloads: list[bytes]) -> bytes:
    """The clip with a GPMF track of one payload a second; the payloads lie at its very end."""
    sizes = b"".join(struct.pack(">I", len(payload)) for payload in payloads)
    table = box(
        b"stbl",
        box(b"stsd", struct.pack(">II", 0, 1), box(b"gpmd", bytes(8))),
        box(b"stts", struct.pack(">IIII", 0, 1, len(payloads), 1000)),
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, len(payloads), 1)),
        box(b"stsz", struct.pack(">III", 0, 0, len(payloads)), sizes),
        box(b"stco", struct.pack(">III", 0, 1, 0xABCDABCD)),
    )
    media = box(
        b"mdia",
        box(b"mdhd", struct.pack(">IIIIII", 0, 0, 0, 1000, 1000 * len(payloads), 0)),
        box(b"hdlr", bytes(8), b"meta", bytes(13)),
        box(b"minf", table),
    )
    start = content.index(b"moov") - 4
    track = box(b"trak", media)
    size = struct.unpack_from(">I", content, start)[0]
    moov = struct.pack(">I", size + len(track)) + content[start + 4 : start + size] + track
    whole = content[:start] + moov + content[start + size :]
    place = len(whole) + 8
    return whole.replace(b"\xab\xcd\xab\xcd", struct.pack(">I", place)) + box(b"mdat", *payloads)
