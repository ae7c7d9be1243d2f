from __future__ import annotations

from pathlib import Path

import pytest

from ml.tools.render import Plan, render_drive


@pytest.fixture(scope="session")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rendered drive past a few houses, most of them decorated: `photos`, `masks` and `truth.json`."""
    folder = tmp_path_factory.mktemp("evening")
    render_drive(folder, Plan(seed=11, houses=6, frames=20, decorated=0.8), jobs=1)
    return folder
