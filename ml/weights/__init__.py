"""Weight files by name, each with a JSON card that holds its sha256."""

from __future__ import annotations

import hashlib
import json
import os
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


def models_folder() -> Path:
    """Where fetched and added weights have their cards: $FESTIVITY_MODELS, else `~/.cache/festivity`; it may not exist."""
    named = os.environ.get("FESTIVITY_MODELS")
    return Path(named).expanduser() if named else Path.home() / ".cache" / "festivity"


def card_of(name: str) -> Path | None:
    """The card of `name`: one of the shipped, of the models folder, or a path `folder/name`; None if there is none."""
    folders = [Path(name).parent] if "/" in name else [FOLDER, models_folder()]
    cards = (folder / f"{Path(name).name}.json" for folder in folders)
    return next((card for card in cards if card.is_file()), None)


@cache
def find(name: str) -> Weights:
    """The file that the card of `name` names, its hash checked.

    `name` is one of the shipped weights, of those in the models folder, or a path `folder/name` to weights of your own.
    Raises WeightsError where card or file is missing or the file is not the one that the card describes.
    """
    card_path = card_of(name)
    if card_path is None:
        folders = [Path(name).parent] if "/" in name else [FOLDER, models_folder()]
        names = sorted({one for folder in folders for one in known(folder)})
        raise WeightsError(f"There are no weights named {name!r}; known are: {', '.join(names) or 'none'}.")
    folder = card_path.parent
    card = read_card(card_path)
    path = folder / card["file"]
    if not path.is_file():
        raise WeightsError(f"{path.name} is missing beside its card {card_path.name}; restore it.")
    found = sha256_of(path)
    if found != card["sha256"]:
        raise WeightsError(f"{path.name} is not the file that {card_path.name} describes; restore it.")
    return Weights(name=Path(name).name, path=path, sha256=found, card=card)


def read_card(path: Path) -> dict[str, Any]:
    """Raises WeightsError where the file is no card."""
    try:
        card = json.loads(path.read_text())
        card["file"], card["sha256"]
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(
            f"{path} is not a card of weights: it must be JSON with file and sha256."
        ) from error
    return dict(card)


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
