"""The site as it runs: gunicorn on the tests' own database and media folder."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


@contextmanager
def running_site(media: Path) -> Iterator[str]:
    """The address of the site while the block runs. The test needs committed rows: a transactional database."""
    port = free_port()
    database = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{connection.settings_dict['NAME']}"
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "FESTIVITY_MEDIA": str(media),
        "FESTIVITY_DEBUG": "1",
    }
    where = ["-b", f"127.0.0.1:{port}", "-k", "gthread", "--threads", "6"]
    command = [sys.executable, "-m", "gunicorn", "server.wsgi", *where]
    with subprocess.Popen(command, env=environment, cwd=settings.ROOT, stderr=subprocess.DEVNULL) as site:
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            site.terminate()


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as opened:
            if opened.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("gunicorn did not start")
