"""200 uploads of 50 MB, each cut once at a random byte: the client killed, the server killed, or the connection reset.

    ./festivity run python -m bench.upload_faults [--cuts 200]

Each sender goes on at the offset that the site names, until the file is there. The last line is one line of JSON: `cuts`,
`equal` (files whose SHA-256 on the site is the right one), `worst_again_mb` (the most that any of them had to send again).
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from bench.site import CHECKOUT, Site, scratch_site
from bench.tus_client import Driver, Line, Unexpected, begin, send

SIZE = 50_000_000
KINDS = ("client killed", "server killed", "connection reset")
TRIES, PAUSE_S = 600, 0.1
RESET = struct.pack("ii", 1, 0)
BLOCK_BYTES = 64 * 1024


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--send", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.send:
        persevere(**json.loads(arguments.send))
        return
    with scratch_site() as site:
        found = cut_again_and_again(site, arguments.cuts, random.Random(arguments.seed))
    print(json.dumps(found))


def persevere(origin: str, session: str, drive: str, path: str, seed: int) -> None:
    """The sender, a process of its own: goes on after every failure, as the page does."""
    content = content_of(seed)
    for _attempt in range(TRIES):
        line = Line(Driver(origin, session, drive))
        try:
            return send(line, path, SIZE, lambda offset, size: content[offset : offset + size])
        except (OSError, http.client.HTTPException, Unexpected):
            time.sleep(PAUSE_S)
        finally:
            line.close()
    raise SystemExit("The site did not come back.")


def content_of(seed: int) -> bytes:
    return random.Random(seed).randbytes(SIZE)


class Server:
    """gunicorn as `./festivity up` starts it, which can be killed as by a power cut of its process."""

    def __init__(self, environment: dict[str, str]) -> None:
        from tests.live import free_port

        self.environment, self.port = environment, free_port()
        self.start()

    def start(self) -> None:
        from tests.live import wait_for

        options = [f"--bind=127.0.0.1:{self.port}", "--worker-class=gthread", "--workers=2", "--threads=8"]
        argv = [
            sys.executable,
            "-m",
            "gunicorn",
            "server.wsgi",
            *options,
            "--preload",
            "--log-level=critical",
        ]
        self.running = subprocess.Popen(argv, cwd=CHECKOUT, env=self.environment, start_new_session=True)
        wait_for(self.port)

    def kill(self) -> None:
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()


class Proxy:
    """Hands bytes on between sender and site. At the byte that it is told it calls `cut`, or resets both connections."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.passed, self.cut_at, self.cut = 0, -1, no_cut
        self.lines: list[socket.socket] = []
        threading.Thread(target=self.accept, daemon=True).start()

    def arm(self, at_byte: int, cut: Callable[[], None]) -> None:
        self.passed, self.cut_at, self.cut, self.lines = 0, at_byte, cut, []

    def accept(self) -> None:
        while True:
            sender, _address = self.listening.accept()
            try:
                site = socket.create_connection(("127.0.0.1", self.to_port))
            except OSError:
                reset(sender)
                continue
            self.lines += [sender, site]
            for one, other, counted in ((sender, site, True), (site, sender, False)):
                threading.Thread(target=self.hand_on, args=(one, other, counted), daemon=True).start()

    def hand_on(self, one: socket.socket, other: socket.socket, counted: bool) -> None:
        try:
            while block := one.recv(BLOCK_BYTES):
                if counted and self.passed <= self.cut_at < self.passed + len(block):
                    other.sendall(block[: self.cut_at - self.passed])
                    self.passed = self.cut_at + 1
                    self.cut()
                    return
                other.sendall(block)
                self.passed += len(block) * counted
        except OSError:
            reset(other)
        finally:
            close(one)
            close(other)

    def reset_all(self) -> None:
        for line in self.lines:
            reset(line)


def no_cut() -> None:
    """Nothing is cut."""


def reset(line: socket.socket) -> None:
    """Closes with RST instead of FIN, also where another thread is reading."""
    with suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        line.shutdown(socket.SHUT_RD)
    line.close()


def close(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()


@dataclass
class Trial:
    """What a sender is told; the same after it was killed."""

    origin: str
    session: str
    drive: str
    path: str
    seed: int

    def start(self) -> subprocess.Popen[bytes]:
        told = json.dumps(asdict(self))
        return subprocess.Popen([sys.executable, "-m", "bench.upload_faults", "--send", told], cwd=CHECKOUT)


def cut_again_and_again(site: Site, cuts: int, chance: random.Random) -> dict[str, Any]:
    from bench.ingest.upload import make_driver

    server = Server(site.environment)
    proxy = Proxy(server.port)
    driver = make_driver(site, f"http://127.0.0.1:{proxy.port}")
    equal, worst = 0, 0
    try:
        for number in range(cuts):
            kind, at_byte = KINDS[number % len(KINDS)], chance.randrange(SIZE)
            same, again = try_once(server, proxy, driver, number, kind, at_byte)
            equal, worst = equal + same, max(worst, again)
            print(
                f"{number + 1}/{cuts} {kind} at {at_byte}: {'equal' if same else 'DIFFERENT'}",
                file=sys.stderr,
            )
    finally:
        server.kill()
    return {"cuts": cuts, "equal": equal, "worst_again_mb": round(worst / 1e6, 1)}


def try_once(
    server: Server, proxy: Proxy, driver: Driver, seed: int, kind: str, at_byte: int
) -> tuple[bool, int]:
    """Whether the file arrived as it was, and how many bytes went through twice."""
    line = Line(driver)
    trial = Trial(driver.origin, driver.session, driver.drive, begin(line, f"{seed}.mp4", SIZE), seed)
    line.close()
    cut = threading.Event()
    proxy.arm(at_byte, cut.set if kind != KINDS[2] else proxy.reset_all)
    sender = trial.start()
    if kind != KINDS[2]:
        cut.wait(timeout=120)
    if kind == KINDS[0]:
        sender.kill()
        sender.wait()
        sender = trial.start()
    elif kind == KINDS[1]:
        server.kill()
        server.start()
    if sender.wait(timeout=300) != 0:
        return False, 0
    return arrived_as_sent(trial), max(0, proxy.passed - SIZE)


def arrived_as_sent(trial: Trial) -> bool:
    """Compares what the storage has, and makes room for the next."""
    from server.drives.models import Footage

    footage = Footage.objects.get(drive__public_id=trial.drive, name=f"{trial.seed}.mp4")
    expected = sha256(content_of(trial.seed)).hexdigest()
    stored = Path(footage.file.path)
    same = footage.sha256 == expected == sha256(stored.read_bytes()).hexdigest()
    stored.unlink()
    return same


if __name__ == "__main__":
    main()
