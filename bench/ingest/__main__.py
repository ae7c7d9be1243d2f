"""How fast footage is taken in. Run it on a quiet machine:

    ./festivity run python -m bench.ingest [--only video|photos|upload]

The last line is one line of JSON: `video_realtime` and `keyframe_realtime` (seconds of 1080p video that become frames in one
second, decoded whole and by keyframes alone), `probe_per_s` (photos), `upload_ratio` (bytes a second, of what a plain copy
through the same server reaches) and `upload_rss_mb` (the largest process while uploading).
"""

from __future__ import annotations

import argparse
import json
import os
from importlib import import_module

import django

ROOMS = ("video", "photos", "upload")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=ROOMS, help="measure only this")
    only = parser.parse_args().only
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")
    django.setup()
    found: dict[str, float] = {}
    for room in [only] if only else ROOMS:
        found |= import_module(f"bench.ingest.{room}").measure()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
