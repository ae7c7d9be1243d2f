"""A drive, its cameras, the files they made, the track they drove, and the attempts at each stage."""

from server.drives.models.camera import Camera, ClockBy, Side, SideBy
from server.drives.models.drive import Drive, DriveQuerySet, Stage
from server.drives.models.footage import ClockSource, Footage, FootageQuerySet
from server.drives.models.home import HomeZone
from server.drives.models.reason import Reason
from server.drives.models.stage_run import StageRun, StageRunQuerySet
from server.drives.models.track_point import Fault, TrackPoint, TrackPointQuerySet
from server.drives.models.upload import Upload, UploadQuerySet

__all__ = [
    "Camera",
    "ClockBy",
    "ClockSource",
    "Drive",
    "DriveQuerySet",
    "Fault",
    "Footage",
    "FootageQuerySet",
    "HomeZone",
    "Reason",
    "Side",
    "SideBy",
    "Stage",
    "StageRun",
    "StageRunQuerySet",
    "TrackPoint",
    "TrackPointQuerySet",
    "Upload",
    "UploadQuerySet",
]
