"""Draw a synthetic night drive: photos with EXIF, festive masks and the truth; or towns without festive lights.

Everything is drawn from the seed: the same seed gives the same bytes. The pictures show no real house.

Example: python -m ml render drive --seed 7 --houses 12
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from ml.cli._arguments import numbers, share, whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, metavar="OUT", help="folder for the drive")
    parser.add_argument(
        "--seed",
        type=whole(0),
        default=7,
        metavar="N",
        help="the same seed gives the same bytes (default: 7)",
    )
    parser.add_argument(
        "--houses", type=whole(1), default=40, metavar="N", help="houses along the route (default: 40)"
    )
    parser.add_argument("--frames", type=whole(1), metavar="N", help="stop after so many photos")
    parser.add_argument(
        "--decorated",
        type=share,
        default=0.45,
        metavar="SHARE",
        help="share of decorated houses (default: 0.45)",
    )
    parser.add_argument("--streets", type=Path, metavar="FILE", help="GeoJSON street lines to drive along")
    parser.add_argument("--start", type=lon_lat, metavar="LON,LAT", help="start near this place")
    parser.add_argument(
        "--drives", type=whole(1), default=1, metavar="N", help="evenings, each in its own folder drive_N"
    )
    parser.add_argument("--jobs", type=whole(1), metavar="N", help="processes (default: one per core)")
    parser.add_argument(
        "--towns",
        type=whole(1),
        metavar="N",
        help="no drive, but so many pictures of towns with nothing festive",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress line")


def lon_lat(text: str) -> tuple[float, float]:
    lon, lat = numbers(2)(text)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise argparse.ArgumentTypeError(f"{text!r} is no longitude and latitude")
    return lon, lat


def run(arguments: argparse.Namespace) -> int:
    from ml.tools.render.drive import render_drive, render_drives
    from ml.tools.render.world import Plan

    if arguments.towns is not None:
        return draw_towns(arguments)
    plan = Plan(
        seed=arguments.seed,
        houses=arguments.houses,
        frames=arguments.frames,
        streets=arguments.streets,
        start=arguments.start,
        decorated=arguments.decorated,
    )
    report = None if arguments.quiet else show_progress
    began = time.monotonic()
    if arguments.drives > 1:
        truths = render_drives(arguments.out, plan, arguments.drives, arguments.jobs, report)
    else:
        truths = [render_drive(arguments.out, plan, arguments.jobs, report)]
    if not arguments.quiet:
        photos = sum(len(truth["frames"]) for truth in truths)
        print(
            f"\r{photos} photos of {arguments.houses} houses in {time.monotonic() - began:.1f} s, in {arguments.out}"
        )
    return 0


def draw_towns(arguments: argparse.Namespace) -> int:
    from ml.tools.render.town import render_towns

    if arguments.towns < 1:
        print("--towns needs the number of pictures, 1 or more.", file=sys.stderr)
        return 2
    render_towns(arguments.out, arguments.seed, arguments.towns, None if arguments.quiet else show_progress)
    if not arguments.quiet:
        print(f"\r{arguments.towns} pictures of towns, with black masks, in {arguments.out}")
    return 0


def show_progress(done: int, total: int) -> None:
    end = "\n" if done == total and not sys.stdout.isatty() else ""
    if sys.stdout.isatty() or done % 50 == 0 or done == total:
        print(f"\rrendering {done} of {total}", end=end, flush=True)
