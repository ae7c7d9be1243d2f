"""Typed readers of settings: what an environment variable says, or ImproperlyConfigured with a hint."""

from __future__ import annotations

import json
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def depth_model(named: str) -> Path | None:
    """The ONNX file of a depth model that gives metres, with its card NAME.json beside it; None where none is named."""
    if not named:
        return None
    path = Path(named).expanduser()
    if path.suffix != ".onnx" or not path.is_file():
        raise ImproperlyConfigured(
            f"FESTIVITY_DEPTH_MODEL names {named}, which is no ONNX file that is there. Name the file, or leave it unset."
        )
    if kind_of_depth(path.with_suffix(".json")) != "metric":
        raise ImproperlyConfigured(
            f"FESTIVITY_DEPTH_MODEL has to give metres, since nothing in a night picture has a known size: take a metric"
            f' model, and write {{"kind": "metric"}} into {path.stem}.json beside it.'
        )
    return path


def kind_of_depth(card: Path) -> str:
    """What the card says that the model gives; empty for no card, or one that cannot be read."""
    try:
        found = json.loads(card.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(found.get("kind", "")) if isinstance(found, dict) else ""


def above_zero(name: str, value: float) -> float:
    """Raises ImproperlyConfigured for a value that is none."""
    if not 0 < value < float("inf"):
        raise ImproperlyConfigured(f"{name} has to be above 0; it is {value}.")
    return value
