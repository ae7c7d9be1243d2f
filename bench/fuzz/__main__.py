"""Does any damaged file crash a parser, hang it for 5 seconds, or make it take a gigabyte?

    ./festivity run python -m bench.fuzz [--cases 100000] [--seed 0] [--only gpx,nmea] [--failures DIR]

Sound files (real ones where FESTIVITY_REAL_DATA is set) are damaged in a few places each and given to the parsers of GPMF,
GPX, NMEA, CSV, EXIF and the headers of tus, in a child process each. The last line is one line of JSON; inputs that failed are
saved with what was raised. The exit status is 1 where any did.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django

from bench.fuzz.parsers import parsers
from bench.fuzz.running import NAMES, run_parser

FAILURES = NAMES[2:]


def main() -> None:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--cases", type=int, default=100_000, help="in all; shared evenly by the parsers")
    reader.add_argument("--seed", type=int, default=0)
    reader.add_argument("--only", default="", help="names of parsers, with commas between")
    reader.add_argument("--failures", type=Path, default=Path("fuzz-failures"))
    asked = reader.parse_args()
    names = [name for name in parsers() if not asked.only or name in asked.only.split(",")]
    if not names or asked.cases < 1:
        reader.error(f"Name some of {', '.join(parsers())}, and at least one case.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")
    django.setup()
    if "gpmf" not in parsers():
        print("GPMF is not read yet: its parser is left out.", file=sys.stderr)
    found = run_all(names, asked.cases, asked.seed, asked.failures)
    print(json.dumps(found))
    sys.exit(any(found[name] for name in FAILURES))


def run_all(names: list[str], cases: int, seed: int, failures: Path) -> dict[str, Any]:
    """Cases and failures in all, and by parser."""
    by_parser: dict[str, Any] = {}
    began = time.monotonic()
    for place, name in enumerate(names):
        share = cases // len(names) + (place < cases % len(names))
        tally = run_parser(name, share, seed, failures)
        by_parser[name] = {"cases": share, **{key: tally.counts[key] for key in NAMES}}
        by_parser[name]["slowest_ms"] = round(tally.slowest_ms, 1)
        print(f"{name}: {by_parser[name]} {tally.failed[:10]}", file=sys.stderr, flush=True)
    totals = {key: sum(row[key] for row in by_parser.values()) for key in ("cases", *FAILURES)}
    return {**totals, "seconds": round(time.monotonic() - began, 1), "parsers": by_parser}


if __name__ == "__main__":
    main()
