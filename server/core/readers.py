"""Typed readers of settings: what an environment variable says, or ImproperlyConfigured with a hint."""

from __future__ import annotations

import json
from datetime import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

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


def boundary(named: str) -> str:
    """The geometry of a GeoJSON file, a polygon or several, as GeoJSON; "" where none is named."""
    if not named:
        return ""
    try:
        found = json.loads(Path(named).expanduser().read_text(encoding="utf-8"))
        geometry = geometry_of(found)
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise ImproperlyConfigured(
            f"FESTIVITY_VOTE_WITHIN names {named}, which is no GeoJSON with a polygon. Name such a file, or leave it unset."
        ) from error
    return json.dumps(geometry)


def geometry_of(found: dict[str, Any]) -> dict[str, Any]:
    """That of a geometry, a feature, or the first feature of a collection. Raises ValueError where it is no polygon."""
    if found["type"] == "FeatureCollection":
        return geometry_of(found["features"][0])
    if found["type"] == "Feature":
        return geometry_of(found["geometry"])
    if found["type"] not in ("Polygon", "MultiPolygon") or not found["coordinates"][0][0]:
        raise ValueError(found["type"])
    return found


def above_zero(name: str, value: float) -> float:
    """Raises ImproperlyConfigured for a value that is none."""
    if not 0 < value < float("inf"):
        raise ImproperlyConfigured(f"{name} has to be above 0; it is {value}.")
    return value


def clock_span(name: str, text: str) -> tuple[time, time] | None:
    """Two times of day, as "17:00-23:00"; None for an empty text. Raises ImproperlyConfigured."""
    if not text:
        return None
    try:
        begins, ends = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise ImproperlyConfigured(
            f'{name} has to be two times of day such as 17:00-23:00; it is "{text}".'
        ) from None
    return begins, ends


def file_storage(env: Any, media: Path, name: str) -> dict[str, Any]:
    """Django's storage for the files of one kind: a folder of the media folder, or a prefix in the S3 bucket that is named."""
    bucket = env.str("FESTIVITY_S3_BUCKET", default="")
    if not bucket:
        options = {"location": str(media / name)}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    if find_spec("storages") is None:
        raise ImproperlyConfigured(
            "FESTIVITY_S3_BUCKET needs two more packages: pip install -r requirements/s3.txt, or leave it unset."
        )
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": s3_options(env, bucket, name)}


def s3_options(env: Any, bucket: str, prefix: str) -> dict[str, Any]:
    """Files that nobody can reach but this site. What is not given is left to boto3's own ways of finding keys and regions."""
    given = {
        "endpoint_url": env.str("FESTIVITY_S3_ENDPOINT", default=""),
        "region_name": env.str("FESTIVITY_S3_REGION", default=""),
        "access_key": env.str("FESTIVITY_S3_KEY", default=""),
        "secret_key": env.str("FESTIVITY_S3_SECRET", default=""),
    }
    named = {option: value for option, value in given.items() if value}
    return {"bucket_name": bucket, "location": prefix, "file_overwrite": False, "default_acl": None, **named}
