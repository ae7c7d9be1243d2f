"""Where everything that ./festivity makes lies."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOG_LIMIT_BYTES = 16_000_000


@dataclass(frozen=True)
class State:
    """The state folder of one checkout. Deleting it while nothing runs starts afresh."""

    checkout: Path
    folder: Path

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def run(self) -> Path:
        return self.folder / "run"

    @property
    def records(self) -> Path:
        """One file per running child: what the next start needs to find leftovers."""
        return self.run / "children"

    @property
    def demo(self) -> Path:
        return self.folder / "demo"

    @property
    def media(self) -> Path:
        return self.folder / "media"

    @property
    def static(self) -> Path:
        return self.folder / "static"

    @property
    def venv(self) -> Path:
        return self.checkout / ".venv"

    def ensure(self) -> None:
        """Makes the folders. The state folder can be passed through by the database's own user, secrets cannot."""
        for folder in (self.folder, self.logs, self.run, self.records, self.media):
            folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        (self.folder / "secrets").mkdir(mode=0o700, exist_ok=True)

    def log(self, name: str) -> Path:
        """The log file of a part. One that has grown past 16 MB is kept once as `.1`."""
        log = self.logs / f"{name}.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
            log.replace(log.with_suffix(".log.1"))
        return log

    def secret(self, name: str) -> str:
        """A random string that stays the same until the state folder is deleted."""
        path = self.folder / "secrets" / name
        if not path.exists():
            write_private(path, secrets.token_urlsafe(48))
        return path.read_text()


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner can read, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    draft.replace(path)


def find_state(environment: Mapping[str, str]) -> State:
    """The state folder of this checkout: FESTIVITY_STATE, or `.festivity` inside it."""
    checkout = Path(__file__).resolve().parent.parent
    named = environment.get("FESTIVITY_STATE")
    return State(checkout, Path(named).absolute() if named else checkout / ".festivity")
