"""A site of its own for a measurement: a fresh database, media folder and workers, gone when it is over."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
UTIME, STIME = 11, 12


@dataclass
class Site:
    """`environment` is what a process of the site needs; `workers` are the ones that run."""

    environment: dict[str, str]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_workers(self, cores: int, log: Path) -> None:
        """One worker for the light stages and one that scores, `cores` processes of one thread each."""
        light = [
            "--pool=prefork",
            "--concurrency=1",
            "-Q",
            "pipeline,sweep",
            "-B",
            "-s",
            str(log.with_suffix(".beat")),
            "-n",
            "light",
        ]
        score = ["--pool=prefork", f"--concurrency={cores}", "-Q", "score", "-n", "score"]
        for options in (light, score):
            argv = [sys.executable, "-m", "celery", "-A", "workers", "worker", "--loglevel=WARNING", *options]
            with log.open("ab") as stream:
                worker = subprocess.Popen(
                    argv, cwd=CHECKOUT, env=self.environment, stdout=stream, stderr=stream
                )
            self.workers.append(worker)

    def processes(self) -> list[int]:
        """The workers' process ids, their children's among them."""
        parents = {worker.pid for worker in self.workers}
        return sorted(parents | {pid for pid in all_pids() if parent_of(pid) in parents})

    def cpu_s(self) -> float:
        return sum(cpu_s(pid) for pid in self.processes())

    def peak_rss_mb(self) -> float:
        """The largest peak of resident memory among the processes, in MB."""
        return max(peak_rss_mb(pid) for pid in self.processes())

    def stop(self) -> None:
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            worker.wait(timeout=30)


@contextmanager
def scratch_site() -> Iterator[Site]:
    """Makes a test database beside the configured one and points Django at it and at an empty media folder."""
    with tempfile.TemporaryDirectory(prefix="festivity-bench-") as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "server.settings",
            "FESTIVITY_MEDIA": folder,
            "FESTIVITY_DB_POOL": "0",
        }
        import django

        django.setup()
        from django.db import connection
        from django.test.utils import setup_databases, teardown_databases

        made = setup_databases(verbosity=0, interactive=False)
        address = os.environ["DATABASE_URL"].rpartition("/")[0]
        site = Site(
            {
                **os.environ,
                "DATABASE_URL": f"{address}/{connection.settings_dict['NAME']}",
                "FESTIVITY_THREADS": "1",
            }
        )
        try:
            yield site
        finally:
            site.stop()
            teardown_databases(made, verbosity=0)


def all_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def stat_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def parent_of(pid: int) -> int:
    stat = stat_of(pid)
    return int(stat[1]) if stat else 0


def cpu_s(pid: int) -> float:
    stat = stat_of(pid)
    return (int(stat[UTIME]) + int(stat[STIME])) / os.sysconf("SC_CLK_TCK") if stat else 0.0


def peak_rss_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    peaks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(peaks[0]) / 1024 if peaks else 0.0


def wait_until_over(drive: object, poll_s: float = 0.2) -> None:
    """Returns when the drive is done; exits when it stands still."""
    from server.drives.models import Drive, Stage

    assert isinstance(drive, Drive)
    while True:
        drive.refresh_from_db()
        if drive.stage == Stage.DONE:
            return
        if drive.failure:
            sys.exit(f"The drive stopped at {drive.stage}: {drive.failure}")
        time.sleep(poll_s)
