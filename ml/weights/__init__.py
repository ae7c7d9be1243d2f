"""Weight files by name, each with a JSON card that holds its sha256."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ml.types import WeightsError

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Weights:
    """One verified file: `path`, its `sha256`, and the rest of its card."""

    name: str
    path: Path
    sha256: str
    card: dict[str, Any]


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def find(name: str) -> Weights:
    """The file that the card of `name` names, its hash checked.

    `name` is one of the shipped weights, or a path `folder/name` to weights of your own. Raises WeightsError where card
    or file is missing or the file is not the one that the card describes.
    """
    folder = Path(name).parent if "/" in name else FOLDER
    card_path = folder / f"{Path(name).name}.json"
    if not card_path.is_file():
        raise WeightsError(f"There are no weights named {name!r}; known are: {', '.join(known(folder))}.")
    card = json.loads(card_path.read_text())
    path = folder / card["file"]
    if not path.is_file():
        raise WeightsError(f"{path.name} is missing beside its card {card_path.name}; restore it.")
    found = sha256_of(path)
    if found != card["sha256"]:
        raise WeightsError(f"{path.name} is not the file that {card_path.name} describes; restore it.")
    return Weights(name=Path(name).name, path=path, sha256=found, card=card)


def known(folder: Path = FOLDER) -> list[str]:
    """Names of all cards in `folder`."""
    return sorted(path.stem for path in folder.glob("*.json"))


def write_card(name: str, file: Path, card: dict[str, Any]) -> Weights:
    """Write `name`.json beside `file`, with the file's name and hash first, whatever `card` says of them."""
    full = {"file": file.name, "sha256": sha256_of(file)}
    full = {**full, **card, **full}
    (file.parent / f"{name}.json").write_text(json.dumps(full, indent=2) + "\n")
    find.cache_clear()
    return find(str(file.parent / name))
