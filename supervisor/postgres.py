"""A private PostgreSQL cluster in the state folder: loopback only, password only, safe settings."""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .children import ChildPlan
from .pids import Pid, find_pid, in_folder
from .ports import keep_port
from .refusal import Refusal, Status, start_failed
from .state import State, write_private

ROLE = DATABASE = "festivity"
DEBIAN_ROOT = Path("/usr/lib/postgresql")
OUTSIDE = Path("/var/lib/festivity")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "jit": "off",
    "random_page_cost": "1.1",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "60",
}
UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Installation:
    """One installed PostgreSQL server with PostGIS."""

    programs: Path
    major: int


def find_installation(root: Path = DEBIAN_ROOT) -> Installation | None:
    """The newest PostgreSQL of this machine that has PostGIS, first in Debian's layout, then by pg_config."""
    found = []
    for programs in root.glob("*/bin"):
        control = Path("/usr/share/postgresql") / programs.parent.name / "extension/postgis.control"
        if (programs / "postgres").exists() and control.exists():
            found.append(Installation(programs, int(programs.parent.name)))
    return max(found, key=lambda one: one.major, default=None) or _by_pg_config()


def _by_pg_config() -> Installation | None:
    pg_config = shutil.which("pg_config")
    if pg_config is None:
        return None
    answer = subprocess.run(
        [pg_config, "--bindir", "--sharedir", "--version"], capture_output=True, text=True, check=True
    )
    programs, shared, version = answer.stdout.splitlines()[:3]
    major = re.search(r"\d+", version)
    if major is None or not (Path(shared) / "extension/postgis.control").exists():
        return None
    return Installation(Path(programs), int(major[0])) if (Path(programs) / "postgres").exists() else None


@dataclass(frozen=True)
class Cluster:
    """The cluster of one state folder. `user` runs it when root starts it, since PostgreSQL refuses root."""

    state: State
    installation: Installation
    home: Path
    user: str | None
    durable: bool = True

    @property
    def folder(self) -> Path:
        return self.home / "cluster"

    @property
    def made(self) -> bool:
        return (self.folder / "PG_VERSION").exists()

    @property
    def port_path(self) -> Path:
        return self.home / "port"

    def url(self) -> str:
        password = self.state.secret("postgres-password")
        return f"postgis://{ROLE}:{password}@127.0.0.1:{self.port_path.read_text()}/{DATABASE}"

    def make(self) -> None:
        """Makes the cluster with one role and one database. It gets its name last, so a half-made one is never used."""
        draft = self.home / "cluster.new"
        shutil.rmtree(draft, ignore_errors=True)
        password_path = self.home / "password.new"
        write_private(password_path, self.state.secret("postgres-password"))
        self._give(password_path)
        options = [
            f"--username={ROLE}",
            f"--pwfile={password_path}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
        ]
        options += ["--locale=C.UTF-8", *([] if self.durable else ["--no-sync"])]
        try:
            self._program("initdb", f"--pgdata={draft}", *options)
            self._program(
                "postgres", "--single", "-D", str(draft), "postgres", typed=f"CREATE DATABASE {DATABASE}"
            )
        finally:
            password_path.unlink()
        draft.rename(self.folder)

    def clear_stale(self) -> None:
        """Stops a server that was left running in this cluster, and removes a note that names a stranger."""
        noted = self._noted()
        for server in self._servers():
            server.send(signal.SIGINT if server == noted else signal.SIGTERM)
        for server in self._servers():
            if not server.wait_gone(within_s=20):
                server.send(signal.SIGKILL)
                server.wait_gone(within_s=5)
        if noted is not None and noted.alive:
            (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def plan(self) -> ChildPlan:
        port = keep_port(self.port_path)
        settings = SETTINGS | ({} if self.durable else UNSAFE_BUT_FAST) | {"port": str(port)}
        options = [part for name, chosen in settings.items() for part in ("-c", f"{name}={chosen}")]
        return ChildPlan(
            name="postgres",
            argv=(str(self.installation.programs / "postgres"), "-D", str(self.folder), *options),
            environment=plain_environment(),
            folder=self.home,
            wave=1,
            stop_signal=signal.SIGINT,
            stop_within_s=20,
            user=self.user,
        )

    def ready(self) -> bool:
        """Whether the server accepts connections: the eighth line of postmaster.pid, as pg_ctl reads it.

        A killed server leaves its note behind, so the process that it names must be ours.
        """
        with suppress(FileNotFoundError, IndexError):
            status = (self.folder / "postmaster.pid").read_text().splitlines()[7].strip()
            return status == "ready" and self._noted() in self._servers()
        return False

    def _noted(self) -> Pid | None:
        """The living process whose id stands in postmaster.pid."""
        with suppress(FileNotFoundError, ValueError, IndexError):
            return find_pid(int((self.folder / "postmaster.pid").read_text().splitlines()[0]))
        return None

    def _servers(self) -> list[Pid]:
        """The server's processes: those whose working folder is the cluster."""
        return in_folder(self.folder.resolve())

    def _give(self, path: Path) -> None:
        if self.user:
            shutil.chown(path, self.user, self.user)

    def _program(self, name: str, *options: str, typed: str = "") -> None:
        log = self.state.log("initdb")
        with log.open("ab") as stream:
            made = subprocess.run(
                [self.installation.programs / name, *options],
                input=typed.encode(),
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                env=plain_environment(),
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
            )
        if made.returncode:
            raise start_failed(name, log)


def plain_environment() -> dict[str, str]:
    """What PostgreSQL's programs need of the environment; the operator's own PG variables must not reach them."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}


def find_cluster(state: State, durable: bool = True) -> Cluster:
    """The cluster of this state folder, made or not yet made.

    Raises Refusal where PostgreSQL with PostGIS is missing or is another version than the one that made the cluster.
    """
    installation = find_installation()
    if installation is None:
        raise Refusal("PostgreSQL with PostGIS is missing.", Status.PACKAGES_MISSING)
    user = "postgres" if os.geteuid() == 0 else None
    home = ensure_home(state, user)
    cluster = Cluster(state, installation, home, user, durable)
    if cluster.made:
        made_by = int((cluster.folder / "PG_VERSION").read_text())
        programs = DEBIAN_ROOT / str(made_by) / "bin"
        if made_by != installation.major and not (programs / "postgres").exists():
            raise Refusal(
                f"The database in {cluster.folder} was made by PostgreSQL {made_by}, and this machine has "
                f"{installation.major}. Install postgresql-{made_by}-postgis-3, or set DATABASE_URL."
            )
        if made_by != installation.major:
            cluster = Cluster(state, Installation(programs, made_by), home, user, durable)
    return cluster


def ensure_home(state: State, user: str | None) -> Path:
    """The folder that holds the cluster and belongs to the user who runs it.

    It lies in the state folder, unless root starts it in a place that `user` cannot pass through, such as /root: then
    it lies under /var/lib/festivity and the state folder keeps a link to it.
    """
    link = state.folder / "postgres"
    if link.is_dir():
        return link.resolve()
    if user is None or is_open_to_all(state.folder):
        home = link
        home.mkdir(mode=0o700)
    else:
        home = OUTSIDE / f"{state.checkout.name}-{secrets.token_hex(4)}"
        remove_orphans(state)
        home.mkdir(mode=0o755, parents=True)
        (home / "belongs-to").write_text(str(state.folder))
        link.unlink(missing_ok=True)
        link.symlink_to(home)
    if user:
        shutil.chown(home, user, pwd.getpwnam(user).pw_gid)
    return home.resolve()


def is_open_to_all(folder: Path) -> bool:
    """Whether any user can pass through every folder on the way to `folder`, itself included."""
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents))


def remove_orphans(state: State) -> None:
    """Removes clusters whose state folder was deleted and made again."""
    for note in OUTSIDE.glob("*/belongs-to"):
        if note.read_text() == str(state.folder):
            shutil.rmtree(note.parent)
