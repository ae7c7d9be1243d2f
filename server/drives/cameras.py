"""Which files were made by one camera."""

from __future__ import annotations

import re

from server.drives.models import Camera, Footage, Side, SideBy
from server.drives.services import camera_of

LONGEST_KEY = 120


def camera_key(folder: str, name: str, device: str, side: str) -> str:
    """What tells the cameras of one drive apart; the same for all files of a camera. `name` is the file's.

    A side that is told, else the device with the folder: a car may carry two phones of one kind. Numbers do not count,
    since a card has folders `100GOPRO` and `101GOPRO`.
    """
    place = re.sub(r"\d+", "#", folder.strip("/ ").lower())
    parts = [side] if side else [device, place]
    return "|".join(part for part in parts if part)[:LONGEST_KEY] or "camera"


def camera_for(footage: Footage, *, device: str, named: str) -> Camera:
    """The camera of a file. `named`: the side that its name tells, empty for none; then the form's counts."""
    side = Side.AROUND if footage.panorama else (named or footage.side_hint)
    by = SideBy.NAME if named else SideBy.FORM
    return camera_of(
        drive=footage.drive,
        key=camera_key(footage.folder, footage.name, device, side),
        name=device,
        side=side,
        side_by=by if side else SideBy.UNKNOWN,
    )
