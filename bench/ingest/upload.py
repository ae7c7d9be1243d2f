"""What our endpoint makes of a line without end: its throughput beside a plain copy to disk, and its memory.

Both run under the same gunicorn with the options of `./festivity up`, and take turns: files of one size in bodies of one size,
over one connection that is kept open, until the answer that the file is on the disk. Ours also hashes, keeps offsets under
a lock, commits, and makes footage of the file.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.site import CHECKOUT, Site, all_pids, parent_of, peak_rss_mb, scratch_site
from bench.tus_client import CHUNK_BYTES, Driver, Line, begin, patch, send

MB = 1000**2
ROUND_BYTES = 64 * CHUNK_BYTES
BLOCK_BYTES = 1024 * 1024
ROUNDS = 7
BIG_BYTES = int(os.environ.get("FESTIVITY_BENCH_BIG_BYTES", 2 * 1024**3))
BLOCK = os.urandom(BLOCK_BYTES)


def measure() -> dict[str, float]:
    """`upload_ratio`: our MB/s as a share of the plain copy's, one body a file, as tus clients send unless told otherwise;
    `upload_ratio_in_chunks`: the same in bodies of 8 MiB, as our page sends. `upload_rss_mb`: the largest web process while a
    file of FESTIVITY_BENCH_BIG_BYTES is sent."""
    with scratch_site() as site, tempfile.TemporaryDirectory(dir=os.environ["FESTIVITY_MEDIA"]) as folder:
        plain = {**site.environment, "FESTIVITY_BENCH_FOLDER": folder}
        copying = gunicorn("bench.ingest.plain:application", plain)
        taking_in = gunicorn("server.wsgi:application", site.environment)
        with copying as (beside, _pid), taking_in as (origin, pid):
            driver = make_driver(site, origin)
            turns = Turns(driver, Driver(beside, "", ""), Path(folder))
            whole, chunked = turns.ratio(ROUND_BYTES), turns.ratio(CHUNK_BYTES)
            rss_mb = peak_while_sending(driver, pid)
    ratios = {"upload_ratio": round(whole, 3), "upload_ratio_in_chunks": round(chunked, 3)}
    return {**ratios, "upload_rss_mb": round(rss_mb, 1)}


@contextmanager
def gunicorn(application: str, environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    """The address of a running site, and the id of its first process."""
    from supervisor.parts import core_count
    from tests.live import free_port, wait_for

    port = free_port()
    options = [f"--bind=127.0.0.1:{port}", "--worker-class=gthread", f"--workers={min(core_count(), 4)}"]
    options += ["--threads=8", "--preload", "--timeout=60", "--keep-alive=15", "--log-level=warning"]
    argv = [sys.executable, "-m", "gunicorn", application, *options]
    with subprocess.Popen(argv, cwd=CHECKOUT, env={**environment, "MALLOC_ARENA_MAX": "2"}) as site:
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}", site.pid
        finally:
            site.terminate()


def make_driver(site: Site, origin: str) -> Driver:
    from django.test import Client

    from server.accounts.models import User
    from server.drives.services import create_drive

    user = User.objects.create_user(email="bench@localhost")
    client = Client()
    client.force_login(user)
    drive = create_drive(driver=user, title="bench")
    return Driver(origin, client.cookies["sessionid"].value, drive.public_id)


@dataclass(frozen=True)
class Turns:
    """Ours and the plain copy, which write to one disk in turn."""

    ours: Driver
    plain: Driver
    folder: Path

    def ratio(self, body_bytes: int) -> float:
        """Of the median paces; the first round of each is for warming up."""
        rounds = [(self.our_pace(body_bytes), self.plain_pace(body_bytes)) for _number in range(ROUNDS + 1)]
        ours, plain = (statistics.median(paces) for paces in zip(*rounds[1:], strict=True))
        size = body_bytes // 1024**2
        print(
            f"bodies of {size} MiB: ours {ours / MB:.0f} MB/s, plain {plain / MB:.0f} MB/s", file=sys.stderr
        )
        return ours / plain

    def our_pace(self, body_bytes: int) -> float:
        with closing(Line(self.ours)) as line:
            found = pace(line, begin(line, "round.mp4", ROUND_BYTES), body_bytes)
        forget_footage()
        return found

    def plain_pace(self, body_bytes: int) -> float:
        with closing(Line(self.plain)) as line:
            found = pace(line, "/round", body_bytes)
        (self.folder / "round").unlink()
        return found


def pace(line: Line, path: str, body_bytes: int) -> float:
    """Bytes per second of one file, from its first byte to the answer that all of it is on the disk."""
    blocks = [os.urandom(BLOCK_BYTES), *[BLOCK] * (ROUND_BYTES // BLOCK_BYTES - 1)]
    at_once = body_bytes // BLOCK_BYTES
    more = {"Content-Length": str(body_bytes), "Upload-Length": str(ROUND_BYTES)}
    begun_s = time.perf_counter()
    for number in range(0, len(blocks), at_once):
        patch(line, path, number * BLOCK_BYTES, blocks[number : number + at_once], **more)
    return ROUND_BYTES / (time.perf_counter() - begun_s)


def forget_footage() -> None:
    """Makes room for the next round. This process may have read its settings before the site had a folder of its own."""
    from server.drives.models import Footage

    for footage in Footage.objects.all():
        (Path(os.environ["FESTIVITY_MEDIA"]) / "private" / str(footage.file)).unlink()
        footage.delete()


def peak_while_sending(driver: Driver, pid: int) -> float:
    line = Line(driver)
    path, body = begin(line, "big.mp4", BIG_BYTES), BLOCK * (CHUNK_BYTES // BLOCK_BYTES)
    send(line, path, BIG_BYTES, lambda _offset, size: body[:size])
    line.close()
    return max(peak_rss_mb(each) for each in (pid, *children_of(pid)))


def children_of(pid: int) -> list[int]:
    return [each for each in all_pids() if parent_of(each) == pid]


if __name__ == "__main__":
    print(measure())
