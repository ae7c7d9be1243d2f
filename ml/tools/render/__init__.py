"""A synthetic night drive: a street of decorated and plain houses, seen by two phones from a passing car.

Everything is drawn from a seed with numpy and Pillow; the same seed gives the same bytes. `render_frames` gives
independent street scenes for training, `render_towns` pictures of towns in which nothing is festive, `render_drive` a
whole drive with EXIF, masks and the truth.
"""

from ml.tools.render.drive import render_drive, render_drives
from ml.tools.render.frames import render_frames
from ml.tools.render.town import render_towns
from ml.tools.render.world import Plan

__all__ = ["Plan", "render_drive", "render_drives", "render_frames", "render_towns"]
