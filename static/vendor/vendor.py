"""Copies the browser libraries named in vendor.json out of their npm packages, with their licences.

`python static/vendor/vendor.py` fetches and writes; `--check` fetches and says what differs from what lies here.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent


def vendored_files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Each file that belongs here, with the bytes its package has for it."""
    for package in json.loads((HERE / "vendor.json").read_text())["packages"]:
        home = HERE / package["name"].rpartition("/")[2]
        with tarfile.open(fetch(f"{package['name']}@{package['version']}", folder)) as archive:
            for member, name in package["files"].items():
                content = archive.extractfile(f"package/{member}")
                if content is None:
                    raise SystemExit(f"{package['name']} {package['version']} has no file {member}.")
                yield home / name, without_source_map(name, content.read())


def fetch(package: str, folder: Path) -> Path:
    packed = subprocess.run(
        ["npm", "pack", package, "--json", "--pack-destination", str(folder)],
        check=True,
        capture_output=True,
    )
    return folder / json.loads(packed.stdout)[0]["filename"]


def without_source_map(name: str, content: bytes) -> bytes:
    """A script without the comment that would make a browser ask for a source map that is not here."""
    if not name.endswith(".js"):
        return content
    lines = content.splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(b"//# sourceMappingURL="))


def main(arguments: list[str]) -> int:
    differing = 0
    with tempfile.TemporaryDirectory() as folder:
        for path, content in vendored_files(Path(folder)):
            same = path.exists() and path.read_bytes() == content
            if "--check" in arguments:
                differing += not same
                print(f"{'same' if same else 'DIFFERS'}  {path.relative_to(HERE)}")
            elif not same:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                print(f"wrote {path.relative_to(HERE)}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
