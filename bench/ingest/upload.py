"""What our endpoint makes of a line without end: its throughput beside a plain copy to disk, and its memory.

Both run under the same gunicorn with the options of `./festivity up`, and take turns: the same bytes in bodies of the same
size, over one connection that is kept open. Ours also hashes, keeps offsets under a lock and commits.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.site import CHECKOUT, Site, all_pids, parent_of, peak_rss_mb, scratch_site
from bench.tus_client import CHUNK_BYTES, Driver, Line, begin, patch, send

MB = 1000**2
ROUND_BYTES = 64 * CHUNK_BYTES
ROUNDS = 7
BIG_BYTES = int(os.environ.get("FESTIVITY_BENCH_BIG_BYTES", 2 * 1024**3))
BODY = os.urandom(CHUNK_BYTES)


def measure() -> dict[str, float]:
    """`upload_ratio`: our MB/s as a share of the plain copy's. `upload_rss_mb`: the largest web process while a file of
    FESTIVITY_BENCH_BIG_BYTES is sent."""
    with scratch_site() as site, tempfile.TemporaryDirectory(dir=os.environ["FESTIVITY_MEDIA"]) as folder:
        plain = {**site.environment, "FESTIVITY_BENCH_FOLDER": folder}
        copying = gunicorn("bench.ingest.plain:application", plain)
        taking_in = gunicorn("server.wsgi:application", site.environment)
        with copying as (beside, _pid), taking_in as (origin, pid):
            driver = make_driver(site, origin)
            ours, theirs = take_turns(driver, Driver(beside, "", ""), Path(folder))
            rss_mb = peak_while_sending(driver, pid)
    print(f"ours {ours / MB:.0f} MB/s, plain {theirs / MB:.0f} MB/s", file=sys.stderr)
    return {"upload_ratio": round(ours / theirs, 3), "upload_rss_mb": round(rss_mb, 1)}


@contextmanager
def gunicorn(application: str, environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    """The address of a running site, and the id of its first process."""
    from supervisor.parts import core_count
    from tests.live import free_port, wait_for

    port = free_port()
    options = [f"--bind=127.0.0.1:{port}", "--worker-class=gthread", f"--workers={min(core_count(), 4)}"]
    options += ["--threads=8", "--preload", "--timeout=60", "--keep-alive=15", "--log-level=warning"]
    argv = [sys.executable, "-m", "gunicorn", application, *options]
    with subprocess.Popen(argv, cwd=CHECKOUT, env=environment) as site:
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


def take_turns(ours: Driver, plain: Driver, folder: Path) -> tuple[float, float]:
    """Median bytes per second of either; the first round of each is for warming up."""
    paces: dict[str, list[float]] = {"ours": [], "plain": []}
    for number in range(ROUNDS + 1):
        line = Line(ours)
        address = begin(line, f"round_{number}.mp4", ROUND_BYTES + 1)
        paces["ours"].append(pace(line, address))
        line.ask("DELETE", address)
        line.close()
        line = Line(plain)
        paces["plain"].append(pace(line, f"/{number}"))
        line.close()
        (folder / str(number)).unlink()
    return statistics.median(paces["ours"][1:]), statistics.median(paces["plain"][1:])


def pace(line: Line, path: str) -> float:
    """Bytes per second of one round, which leaves the file one byte short of full."""
    begun_s = time.perf_counter()
    for offset in range(0, ROUND_BYTES, CHUNK_BYTES):
        patch(line, path, offset, BODY)
    return ROUND_BYTES / (time.perf_counter() - begun_s)


def peak_while_sending(driver: Driver, pid: int) -> float:
    line = Line(driver)
    path = begin(line, "big.mp4", BIG_BYTES)
    send(line, path, BIG_BYTES, lambda _offset, size: BODY[:size])
    line.close()
    return max(peak_rss_mb(each) for each in (pid, *children_of(pid)))


def children_of(pid: int) -> list[int]:
    return [each for each in all_pids() if parent_of(each) == pid]


if __name__ == "__main__":
    print(measure())
