"""Track files as receivers, phones and programs write them, and as nobody should."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO, RawIOBase
from itertools import chain, count, islice, repeat

import pytest

from workers.media.refusal import Refused
from workers.media.tracks import MOST_KEPT, Track, read_track
from workers.media.tracks.moments import moment

NOW = datetime(2026, 12, 31, tzinfo=UTC)
HEAD = '<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1">'
POINT = '<trkpt lat="60.1" lon="24.9"><time>2026-12-05T17:00:{:02}Z</time></trkpt>'


def read(content: bytes | str) -> Track:
    return read_track(BytesIO(content.encode() if isinstance(content, str) else content), now=NOW)


def refusal(content: bytes | str) -> str:
    with pytest.raises(Refused) as caught:
        read(content)
    return caught.value.reason


def gpx(points: str, head: str = HEAD) -> str:
    return f"{head}<trk><trkseg>{points}</trkseg></trk></gpx>"


def nmea(body: str) -> str:
    checksum = 0
    for letter in body:
        checksum ^= ord(letter)
    return f"${body}*{checksum:02X}\r\n"


def rmc(clock: str, day: str = "051226", status: str = "A", lat: str = "6010.0000") -> str:
    return nmea(f"GPRMC,{clock},{status},{lat},N,02456.0000,E,10.0,90.0,{day},,,A")


def test_a_gpx_tells_time_place_speed_and_doubt() -> None:
    fix, doubted = read(
        gpx(
            '<trkpt lat="60.17" lon="24.94"><time>2026-12-05T19:00:00+02:00</time><hdop>0.8</hdop>'
            "<extensions><x:speed xmlns:x='u'>8.5</x:speed></extensions></trkpt>"
            '<trkpt lat="60.18" lon="24.95"><time>2026-12-05T17:00:01</time><fix>none</fix></trkpt>'
        )
    ).fixes
    assert (fix.at, fix.lon, fix.lat) == (datetime(2026, 12, 5, 17, tzinfo=UTC), 24.94, 60.17)
    assert (fix.speed_m_s, fix.accuracy_m, fix.has_fix) == (8.5, 4.0, True)
    assert (doubted.at.second, doubted.has_fix) == (1, False)


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE gpx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>',
        '<!DOCTYPE gpx [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>',
        '<!DOCTYPE gpx SYSTEM "http://example.org/gpx.dtd">',
    ],
)
def test_entities_are_refused_before_any_is_read(declared: str) -> None:
    bomb = f'<?xml version="1.0"?>{declared}<gpx><trk><trkseg><trkpt lat="1" lon="2">&c;</trkpt></trkseg></trk></gpx>'
    assert refusal(bomb) == "entities"
    assert refusal(bomb.encode("utf-16")) == "entities"


def test_an_element_without_end_is_refused_and_not_gathered() -> None:
    tracemalloc.start()
    endless = chain([b"<gpx><!--"], repeat(b"x" * 65536, 1000))
    with pytest.raises(Refused, match="megabyte"):
        read_track(Stream(endless), now=NOW)
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


@pytest.mark.parametrize("letters", ["<a>" * 200, "".join(f"<n{n}/>" for n in range(20_000))])
def test_deep_and_manifold_xml_is_refused(letters: str) -> None:
    assert refusal(HEAD + letters + gpx("", head="")) == "unreadable"


class Stream(RawIOBase):
    """Pieces as a file, made while they are read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.left, self.read_bytes = pieces, b"", 0

    def read(self, size: int = -1) -> bytes:
        while len(self.left) < size and (piece := next(self.pieces, b"")):
            self.left += piece
        taken, self.left = self.left[:size], self.left[size:]
        self.read_bytes += len(taken)
        return taken


def seconds_from(start: datetime) -> Iterator[datetime]:
    return (start + timedelta(seconds=number) for number in count())


def test_ten_million_points_are_refused_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.media.tracks.MOST_KEPT", 20_000)
    times = islice(seconds_from(datetime(2026, 1, 1, tzinfo=UTC)), 10_000_000)
    stream = Stream(chain([b"time,lat,lon\n"], (b"%s,60.1,24.9\n" % at.isoformat().encode() for at in times)))
    with pytest.raises(Refused, match="one a second"):
        read_track(stream, now=NOW)
    assert stream.read_bytes < 10e6


def test_ten_million_points_of_one_second_are_refused_in_little_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("workers.media.tracks.MOST_READ", 20_000)
    stream = Stream(repeat(b"lat,lon,time\n" + b"60.1,24.9,2026-12-05 17:00:00\n" * 500, 20_000))
    tracemalloc.start()
    with pytest.raises(Refused) as caught:
        read_track(stream, now=NOW)
    assert caught.value.reason == "too_many_fixes"
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


def test_ten_fixes_a_second_become_one() -> None:
    rows = "\n".join(f"2026-12-05T17:00:{n // 10:02}.{n % 10}Z,60.1,24.9" for n in range(300))
    assert len(read(f"time,lat,lon\n{rows}").fixes) == 30
    assert MOST_KEPT >= 48 * 3600


def test_points_without_times_are_no_track() -> None:
    assert refusal(gpx('<trkpt lat="60" lon="24"/>')) == "no_track_times"
    assert refusal("latitude,longitude\n60.1,24.9\n") == "no_track_times"
    assert refusal(nmea("GPGGA,170000.00,6010.0,N,02456.0,E,1,8,0.9,1,M,1,M,,")) == "no_track_times"


def test_points_without_times_among_others_are_told() -> None:
    track = read(gpx(POINT.format(1) + '<trkpt lat="60" lon="24"/>' + POINT.format(2)))
    assert (len(track.fixes), "1 points without a time" in track.detail) == (2, True)


@pytest.mark.parametrize("content", [gpx(""), gpx("<trkpt lat='x' lon='y'/>"), "$GPRMC,,V,,,,,,,,,,N*53\r\n"])
def test_a_track_without_a_place_is_refused(content: str) -> None:
    assert refusal(content) == "no_fixes"


def test_a_track_in_the_future_is_refused() -> None:
    assert refusal(gpx(POINT.format(1).replace("2026", "2031"))) == "future_track"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (bytes(5000), "unreadable"),
        (b"<kml><Placemark/></kml>", "unknown_kind"),
        (b"Shopping: candles, glue\n", "unknown_kind"),
        (b"name,age\nAnn,7\n", "unknown_kind"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "mislabelled"),
        (bytes(range(32)) * 40, "unknown_kind"),
        (b"<gpx><trk></gpx>", "unreadable"),
    ],
)
def test_what_is_no_track_is_refused_by_its_content(content: bytes, reason: str) -> None:
    assert refusal(content) == reason


@pytest.mark.parametrize("end", ["<trkpt lat='60' lo", "\x00" * 400, "</trk></gpx>", "<trkpt a=b"])
def test_a_track_that_breaks_off_keeps_what_came_before(end: str) -> None:
    track = read(f"{HEAD}<trk><trkseg>{POINT.format(1)}{POINT.format(2)}{end}")
    assert len(track.fixes) == 2
    assert "breaks" in track.detail


def test_two_copies_of_a_track_in_one_file_are_one() -> None:
    points = POINT.format(1) + POINT.format(2)
    assert len(read(gpx(points + "</trkseg><trkseg>" + points)).fixes) == 2


def test_nmea_sentences_of_one_moment_are_one_fix() -> None:
    log = nmea("GPGGA,170000.00,6010.0000,N,02456.0000,E,1,08,0.9,12.0,M,17.0,M,,") + rmc("170000.00")
    (fix,) = read(log).fixes
    assert (fix.at, fix.accuracy_m, fix.has_fix) == (datetime(2026, 12, 5, 17, tzinfo=UTC), 4.5, True)
    assert (round(fix.lat, 4), round(fix.lon, 4)) == (60.1667, 24.9333)
    assert fix.speed_m_s == pytest.approx(5.144, abs=0.001)


def test_a_dashcams_log_with_words_before_its_sentences_is_read() -> None:
    log = (
        "boot ok\n" + "".join(f"[{n}] {rmc(f'17000{n}.00')}" for n in range(3)) + rmc("170004.00", status="V")
    )
    fixes = read(log).fixes
    assert [fix.has_fix for fix in fixes] == [True, True, True, False]


def test_a_wrong_checksum_does_not_count() -> None:
    spoiled = rmc("170001.00").replace("6010", "6011")
    assert len(read(rmc("170000.00") + spoiled + rmc("170002.00")).fixes) == 2


def test_midnight_is_seen_in_sentences_that_tell_no_day() -> None:
    gga = "GPGGA,{},6010.0000,N,02456.0000,E,1,08,0.9,12.0,M,17.0,M,,"
    log = rmc("235959.00") + nmea(gga.format("000000.00")) + nmea(gga.format("000001.00"))
    assert [fix.at.day for fix in read(log).fixes] == [5, 6, 6]


def test_a_receiver_that_counts_1024_weeks_is_put_right() -> None:
    log = rmc("170000.00", day="010606")
    assert read(log).fixes[0].at.date() == datetime(2006, 6, 1).date() + timedelta(weeks=1024)


@pytest.mark.parametrize(
    ("table", "lon"),
    [
        ("time,lat,lon\n2026-12-05T17:00:00Z,60.17,24.94\n", 24.94),
        ("\ufeffTimestamp;Latitude;Longitude\n1796490000;60,17;24,94\n", 24.94),
        ('"date","GPS (Lat.) [deg]","GPS (Long.) [deg]"\n"2026-12-05T17:00:00.5Z","60.17","24.94"\n', 24.94),
        ("# logger 3\n#\nUTC DateTime\tlng\tlat\n2026/12/05 17:00:00\t24.94\t60.17\n", 24.94),
        ("Date,Time,Latitude (deg),Longitude (deg)\n2026-12-05,17:00:00,60.17,24.94\n", 24.94),
        ("epoch_ms|x|y\n1796490000123|24.94|60.17\n", 24.94),
    ],
)
def test_tables_are_read_in_many_spellings(table: str, lon: float) -> None:
    for content in (table.encode(), table.lstrip("\ufeff").encode("utf-16")):
        (fix,) = read(content).fixes
        assert (fix.lon, fix.lat, fix.at.minute) == (lon, 60.17, 0)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-12-05T19:00:00+02:00", 17),
        ("2026-12-05 17:00:00 UTC", 17),
        ("05.12.2026 17:00", 17),
        ("20261205170000", 17),
    ],
)
def test_times_are_utc_in_many_spellings(text: str, hour: int) -> None:
    assert moment(text) == datetime(2026, 12, 5, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "soon", "3/4/2026 17:00", "2026-12-05", "1e400", "9" * 30, "0001-01-01T00:00+14:00"]
)
def test_what_is_no_clear_time_is_none(text: str) -> None:
    assert moment(text) is None
