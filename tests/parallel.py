"""Tests in several processes: each has a database of its own by pytest-django, and here a database of its own in Valkey."""

from __future__ import annotations

import os

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

if WORKER and "REDIS_URL" in os.environ:
    address, _, _ = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{address}/{1 + int(WORKER.removeprefix('gw'))}"
