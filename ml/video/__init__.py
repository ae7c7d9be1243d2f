"""Footage: frames of a clip or of pictures, in order and with their times, one at a time; and clips written as MP4."""

from ml.video.footage import is_clip, read_footage
from ml.video.moment import FootageError, Moment, Piece
from ml.video.writing import ClipWriter

__all__ = ["ClipWriter", "FootageError", "Moment", "Piece", "is_clip", "read_footage"]
