from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import Error, connection

from server.drives import runs
from server.drives.models import StageRun

log = logging.getLogger(__name__)


@contextmanager
def heartbeat(run: StageRun) -> Iterator[None]:
    """Renews the run's lease from a thread of its own, three times per lease, for as long as the block runs."""
    stop = threading.Event()
    thread = threading.Thread(target=beat, args=(run, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def beat(run: StageRun, stop: threading.Event) -> None:
    try:
        while not stop.wait(settings.LEASE_S / 3):
            try:
                if not runs.renew(run):
                    return
            except Error as trouble:
                log.warning("The lease of %s could not be renewed: %s", run, trouble)
                connection.close()
    finally:
        connection.close()
