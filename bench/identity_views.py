"""Views of the same buildings by day, told apart by their patches alone: photos of one walk, near or far from one another.

The photos have positions and no times, so that the pipeline refuses them; what identity has for them is the comparison of
patches.
"""

from __future__ import annotations

from argparse import ArgumentParser
from itertools import combinations
from pathlib import Path

from PIL import Image
from PIL.ExifTags import GPS, IFD

NEAR_M, FAR_M = 10.0, 100.0


def views_of_a_street(folder: Path) -> dict[str, float]:
    """`views_auc`: how surely patches tell `views_near` pairs within 10 m of one another from `views_far` ones at least 100 m
    apart."""
    from ml.cli import match
    from ml.cli._describing import describer
    from ml.tools.match.calibrate import Pair, area, judge_pairs
    from ml.tools.match.compare import Settings
    from ml.tools.match.place import COEFFICIENTS, read_model
    from server.drives.track import offset_between_m

    parser = ArgumentParser()
    match.add_arguments(parser)
    describe = describer(parser.parse_args([]))
    places = {path: place_of(path) for path in sorted((folder / "lund_street").glob("*.jpg"))}
    near: list[Pair] = []
    far: list[Pair] = []
    for one, other in combinations(places, 2):
        east_m, north_m = offset_between_m(places[one], places[other])
        apart_m = (east_m**2 + north_m**2) ** 0.5
        if apart_m <= NEAR_M:
            near.append(Pair(one, other, same=True))
        elif apart_m >= FAR_M:
            far.append(Pair(one, other, same=False))
    judged = list(judge_pairs([*near, *far], describe, Settings()))
    told = area(read_model(COEFFICIENTS), judged)
    return {"views_near": len(near), "views_far": len(far), "views_auc": told or 0.0}


def place_of(path: Path) -> tuple[float, float]:
    """lon, lat of a photo's EXIF, east and north."""
    with Image.open(path) as photo:
        told = photo.getexif().get_ifd(IFD.GPSInfo)
    lon, lat = (
        float(degrees) + float(minutes) / 60 + float(seconds) / 3600
        for degrees, minutes, seconds in (told[GPS.GPSLongitude], told[GPS.GPSLatitude])
    )
    return lon, lat
