"""A load of HTTP requests over kept connections, cheap enough to leave the processors to the server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from bench.site import CHECKOUT

READY_WITHIN_S = 30.0


@dataclass(frozen=True)
class Load:
    """`per_s` answers per second, all connections together, and how long each took in milliseconds."""

    per_s: float
    latencies_ms: tuple[float, ...]

    def quantile(self, share: float) -> float:
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@contextmanager
def web_server(environment: dict[str, str], cores: int) -> Iterator[int]:
    """The site as `./festivity up` runs it, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    argv = [
        sys.executable, "-m", "gunicorn", "server.wsgi:application", f"--bind=127.0.0.1:{port}",
        "--worker-class=gthread", f"--workers={cores}", "--threads=8", "--preload", "--keep-alive=15",
        "--log-level=error",
    ]  # fmt: skip
    server = subprocess.Popen(argv, cwd=CHECKOUT, env={**os.environ, "FESTIVITY_DB_POOL": "1", **environment})
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(port: int) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5).close()
            return
        except OSError:
            if time.monotonic() > until:
                sys.exit("The web server did not come up.")
            time.sleep(0.2)


def ask(
    port: int, paths: Sequence[str], *, seconds: float, connections: int, headers: Sequence[str] = ("",)
) -> Load:
    """Asks for the paths in turn, each with the headers of the same place in the list, for so long."""
    requests = [request(path, headers[number % len(headers)]) for number, path in enumerate(paths)]
    turn, latencies = count(), list[float]()
    until = time.perf_counter() + seconds

    def ask_on() -> None:
        with socket.create_connection(("127.0.0.1", port)) as stream:
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (begun := time.perf_counter()) < until:
                stream.sendall(requests[next(turn) % len(requests)])
                read_answer(stream)
                latencies.append(1000 * (time.perf_counter() - begun))

    threads = [threading.Thread(target=ask_on) for _ in range(connections)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(len(latencies) / (time.perf_counter() - begun), tuple(latencies))


def request(path: str, header: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Accept-Encoding: gzip", *filter(None, [header])]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def read_answer(stream: socket.socket) -> bytes:
    """Reads one answer to its end; its head."""
    received = stream.recv(262_144)
    while b"\r\n\r\n" not in received:
        received += more(stream)
    head, _, body = received.partition(b"\r\n\r\n")
    status = int(head[9:12])
    if status >= 400:
        sys.exit(f"The server answered {head[:200].decode()}")
    length = (
        0 if status in (204, 304) else int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    )
    left = length - len(body)
    while left > 0:
        left -= len(more(stream))
    return head


def more(stream: socket.socket) -> bytes:
    piece = stream.recv(262_144)
    if not piece:
        sys.exit("The server closed the connection.")
    return piece
