"""Search by photo on a large map, for `bench.boards`: python -m bench.boards_search [--vectors 100000]

`search_s` is a worker's whole step (claim, decode, network, search, deleting the picture, writing the answer), the median of 9
among 100,000 vectors; `first_search_s` that of the first, just after the map has changed; `index_s` what it took to index all
regions, once.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from bench.photo_search import time_searches
from bench.site import scratch_site

SEED, FRAMES = 100, 12


def measure(vectors: int = 100_000) -> dict[str, Any]:
    from ml.tools.render import Plan, render_drive

    with scratch_site(), tempfile.TemporaryDirectory() as folder:
        render_drive(Path(folder), Plan(seed=SEED, houses=4, frames=FRAMES, decorated=1.0))
        photo = max((Path(folder) / "photos").glob("*.jpg"), key=lambda path: path.stat().st_size)
        return time_searches(vectors, photo)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vectors", type=int, default=100_000)
    print(json.dumps(measure(parser.parse_args().vectors)))


if __name__ == "__main__":
    main()
