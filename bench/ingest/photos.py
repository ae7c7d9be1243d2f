"""How many photos are probed in a second: from files in the storage to accepted footage with its place on the track.

Four photos of 12 megapixels and 2 to 4 MB, as phones write them (EXIF with position, serial number, a maker's note of 20 kB),
are drawn here and copied under many names, each copy a file of its own. Then the probe stage runs as a worker runs it, in one
process with the database beside it: lease, reading, serial numbers written over, rows. Photos have been received before.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from bench.site import scratch_site

PHOTOS = 600
KINDS = 4
WIDTH, HEIGHT = 4000, 3000
MAKERS_NOTE = bytes(range(256)) * 80
BEGAN = datetime(2025, 12, 7, 17, 30)


def measure(photos: int = PHOTOS) -> dict[str, float]:
    """`probe_per_s`: photos per second through the whole stage. `facts_per_s`: reading alone, without the database."""
    with tempfile.TemporaryDirectory(prefix="festivity-photos-") as folder, scratch_site():
        contents = [drawn(number) for number in range(KINDS)]
        sizes_mb = ", ".join(f"{len(content) / 1e6:.1f}" for content in contents)
        print(f"{photos} photos of {sizes_mb} MB", file=sys.stderr)
        facts_per_s = photos / seconds_of_reading(contents, Path(folder), photos)
        return {
            "probe_per_s": round(photos / seconds_of_probing(contents, photos), 1),
            "facts_per_s": round(facts_per_s, 1),
        }


def drawn(number: int) -> bytes:
    """A noisy night of 12 megapixels, with what a phone writes beside it."""
    import numpy as np
    from PIL import ExifTags, Image

    rng = np.random.default_rng(number)
    lights = rng.integers(0, 160, (HEIGHT // 8, WIDTH // 8, 3), dtype=np.uint8)
    smooth = np.asarray(Image.fromarray(lights).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))
    noise = rng.integers(0, 5 + 2 * number, smooth.shape, dtype=np.uint8)
    exif = Image.Exif()
    exif.update({ExifTags.Base.Make: "Bench", ExifTags.Base.Model: f"Phone {number}"})
    moment = (BEGAN + timedelta(seconds=number)).strftime("%Y:%m:%d %H:%M:%S")
    exif.get_ifd(ExifTags.IFD.Exif).update(
        {
            ExifTags.Base.DateTimeOriginal: moment,
            ExifTags.Base.OffsetTimeOriginal: "-08:00",
            ExifTags.Base.BodySerialNumber: "0123456789",
            ExifTags.Base.MakerNote: MAKERS_NOTE,
        }
    )
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: (32.0, 55.0, float(number)),
            ExifTags.GPS.GPSLongitudeRef: "W",
            ExifTags.GPS.GPSLongitude: (117.0, 9.0, float(number)),
        }
    )
    buffer = BytesIO()
    picture = Image.fromarray(smooth // 2 + noise)
    picture.save(buffer, "JPEG", quality=88, exif=exif.tobytes())
    return buffer.getvalue()


def seconds_of_reading(contents: list[bytes], folder: Path, photos: int) -> float:
    """Reading files and what they tell, and finding what has to be written over."""
    from django.utils import timezone

    from workers.media.photo import facts_of
    from workers.media.scrub import photo_patches

    paths = [folder / f"left_{number}.jpg" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    started = time.perf_counter()
    for number in range(photos):
        content = paths[number % len(paths)].read_bytes()
        facts = facts_of(content, name="left_1.jpg", now=timezone.now(), zone="UTC")
        photo_patches(content, facts.ends_at)
    return time.perf_counter() - started


def seconds_of_probing(contents: list[bytes], photos: int) -> float:
    from server.drives.models import Footage
    from server.drives.services import submit_drive
    from workers import pipeline

    drive = received(contents, photos)
    submit_drive(drive=drive)
    run = drive.stage_runs.get()
    started = time.perf_counter()
    pipeline.run_stage(run.pk)
    took_s = time.perf_counter() - started
    accepted = drive.footage.filter(state=Footage.State.ACCEPTED).count()
    if accepted != photos:
        sys.exit(f"Of {photos} photos {accepted} were accepted.")
    return took_s


def received(contents: list[bytes], photos: int) -> Any:
    """A drive whose photos lie in the storage, each in a file of its own."""
    from django.core.files.base import ContentFile

    from server.accounts.models import User
    from server.drives.models import Footage
    from server.drives.services import create_drive, private_path

    drive = create_drive(driver=User.objects.create_user("bench@localhost"), title="bench", synthetic=True)
    rows = []
    for number in range(photos):
        content, name = contents[number % len(contents)], f"left_{number}.jpg"
        row = Footage(
            drive=drive, name=name, size_bytes=len(content), sha256=f"{number:064x}", side_hint="left"
        )
        row.file.save(private_path(drive, name), ContentFile(content), save=False)
        rows.append(row)
    Footage.objects.bulk_create(rows)
    return drive


if __name__ == "__main__":
    print(measure())
