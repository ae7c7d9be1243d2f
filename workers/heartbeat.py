from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import Error, connection

log = logging.getLogger(__name__)

Renew = Callable[[], bool]


@contextmanager
def heartbeat(renew: Renew) -> Iterator[None]:
    """Renews a lease from a thread of its own, three times per lease, for as long as the block runs and `renew` says True."""
    stop = threading.Event()
    thread = threading.Thread(target=beat, args=(renew, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def beat(renew: Renew, stop: threading.Event) -> None:
    try:
        while not stop.wait(settings.LEASE_S / 3):
            try:
                if not renew():
                    return
            except Error as trouble:
                log.warning("A lease could not be renewed: %s", trouble)
                connection.close()
    finally:
        connection.close()
