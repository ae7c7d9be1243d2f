"""Which files were made by one camera. A camera is told apart by its side where that is told, and by what made the files."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from server.drives.models import Camera, Footage, Side, SideBy
from server.drives.services import camera_of

LONGEST_KEY = 120


def camera_key(folder: str, name: str, device: str, side: str) -> str:
    """What tells the cameras of one drive apart; the same for all files of a camera.

    A side that is told, with the device. Else the device with the folder, since a car may carry two phones of one kind; and
    where no device is known, the folder with the letters that the names begin with. Numbers do not count: a card has
    folders `100GOPRO` and `101GOPRO`.
    """
    place = re.sub(r"\d+", "#", folder.strip("/ ").lower())
    if side:
        parts = [side, device]
    elif device:
        parts = [device, place]
    else:
        parts = ["files", place, beginning_of(name).lower()]
    return "|".join(part for part in parts if part)[:LONGEST_KEY]


def beginning_of(name: str) -> str:
    """The letters that a file's own name begins with: IMG of IMG_0001.jpg, empty where it begins with a number."""
    match = re.match(r"[^\W\d_]+", re.split(r"[/\\]", name)[-1])
    return match[0] if match else ""


def camera_name(folder: str, name: str, device: str) -> str:
    """What its driver knows a camera by: "Pixel 7, folder left". Empty where only a side is known."""
    place = folder.strip("/ ")
    if device:
        return (
            _("%(device)s, folder %(folder)s") % {"device": device, "folder": place} if place else device
        )[:LONGEST_KEY]
    if place:
        return (_("Folder %s") % place)[:LONGEST_KEY]
    return _("Files %s…") % beginning_of(name) if beginning_of(name) else ""


def key_for(footage: Footage, *, device: str, named: str) -> str:
    """The `camera_key` of a file, as `camera_for` takes it."""
    return camera_key(footage.folder, footage.name, device, side_told(footage, named))


def side_told(footage: Footage, named: str) -> str:
    """A picture of all around has both sides, whatever else is told; else the name's side counts, then the form's."""
    return Side.AROUND if footage.panorama else (named or footage.side_hint)


def camera_for(footage: Footage, *, device: str, named: str) -> Camera:
    """The camera of a file. `named`: the side that its name or folder tells, empty for none."""
    side = side_told(footage, named)
    by = SideBy.KIND if footage.panorama else SideBy.NAME if named else SideBy.FORM
    return camera_of(
        drive=footage.drive,
        key=key_for(footage, device=device, named=named),
        name=camera_name(footage.folder, footage.name, device),
        side=side,
        side_by=by if side else SideBy.UNKNOWN,
    )
