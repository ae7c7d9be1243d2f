from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.storage import storages


@pytest.fixture(autouse=True)
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a media folder of its own: `private` for originals, `derivatives` for what pages show."""
    folder = tmp_path / "media"
    for alias, name in (("default", "private"), ("derivatives", "derivatives")):
        for attribute in ("base_location", "location"):
            monkeypatch.setattr(storages[alias], attribute, str(folder / name))
    return folder
