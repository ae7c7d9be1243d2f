from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why a file gave no frame, and what its driver can do about it."""

    EMPTY = "empty", _("The file is empty. Copy it from the camera again.")
    UNKNOWN_KIND = (
        "unknown_kind",
        _("This is no photo, video, track or zip that is read here. Send the camera's own files."),
    )
    MISLABELLED = (
        "mislabelled",
        _("The file's name says one kind and its content is another. Rename it and send it again."),
    )
    TRUNCATED = "truncated", _("The file ends too early. Copy it from the camera again.")
    UNREADABLE = "unreadable", _("The picture cannot be decoded. Copy it from the camera again.")
    ANIMATED = "animated", _("This is an animation. Send single photos.")
    TOO_LARGE = "too_large", _("The picture has more pixels than any camera. Send the camera's own file.")
    TOO_SMALL = "too_small", _("The picture is too small to see a house in. Send the camera's own file.")
    DUPLICATE = "duplicate", _("The same file is already in this drive. Nothing to do.")
    NO_TIME = "no_time", _("The photo does not say when it was taken. Send the original with its EXIF.")
    FUTURE_TIME = (
        "future_time",
        _("The photo says it was taken in the future. Set the camera's clock and its offset."),
    )
    NO_POSITION = (
        "no_position",
        _("No position in the photo, and no other fix of the drive near its time. Turn on location."),
    )
    NULL_ISLAND = (
        "null_island",
        _("The position is 0, 0: the phone had no fix yet. Wait for one before you drive."),
    )
    BAD_POSITION = (
        "bad_position",
        _("The position in the photo is no place on earth. Send the original file."),
    )
    NO_SIDE = (
        "no_side",
        _(
            "Which side did this camera face? Put left, right or front into the name, or choose it in the form."
        ),
    )
    ZIP_BOMB = "zip_bomb", _("The zip grows beyond all measure when opened. Send the photos themselves.")
    ZIP_UNSAFE = "zip_unsafe", _("A name inside the zip points outside of it. Pack the photos again.")
    ZIP_NESTED = "zip_nested", _("A zip inside a zip is not opened. Send the photos themselves.")
    ZIP_BROKEN = "zip_broken", _("The zip cannot be opened. Pack the photos again.")
    RAW = "raw", _("Raw photos are not read. Send the JPEG or HEIC that the camera wrote beside it.")
    NO_FRAMES = "no_frames", _("The video has no picture that can be decoded. Copy it from the camera again.")
    NO_INDEX = (
        "no_index",
        _("The video was never finished by the camera: its index is missing. Repair it with the camera."),
    )
    TOO_LONG = "too_long", _("The video is longer than an evening. Cut it, and send the parts.")
    CODEC = (
        "codec",
        _("The video is in a format that is not read here. Send MP4, MOV or MKV with H.264 or H.265."),
    )
    NO_FIXES = "no_fixes", _("The track holds no position. Export it again, with its points.")
    NO_TRACK_TIMES = (
        "no_track_times",
        _("The track does not say when it was driven. Export it again, with times."),
    )
    FUTURE_TRACK = "future_track", _("The track lies in the future. Set the clock of the receiver.")
    TOO_MANY_FIXES = "too_many_fixes", _("The track has more points than an evening. Cut it to the drive.")
    ENTITIES = (
        "entities",
        _("The track declares entities of its own, which no receiver does. Export it again."),
    )
    NEAR_HOME = "near_home", _("Taken near your home, and left out as you asked. Nothing to do.")
    LIVE_PHOTO = (
        "live_photo",
        _("The moving part of a Live Photo. The photo beside it is used. Nothing to do."),
    )
    POISON = "poison", _("Scoring this frame failed again and again. It was set aside; the rest went on.")
