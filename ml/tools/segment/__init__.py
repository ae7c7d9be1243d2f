"""Clicks to masks on the patch grid of a picture: pure numpy, so that a web process may load it.

`similarity(grid, seeds)` gives a map in -1..1, `smoothed` evens it out, `to_pixels` brings it to the picture's size, `refined`
lets colours draw the edge. `grid` (h, w, D) holds the tokens of any backbone; zero vectors are patches where nothing is seen.
"""

from ml.tools.segment.pixels import refined, to_pixels
from ml.tools.segment.seeds import Click, Seeds, SegmentError
from ml.tools.segment.similarity import Prototypes, prototypes, similarity, similarity_of, smoothed

__all__ = [
    "Click",
    "Prototypes",
    "Seeds",
    "SegmentError",
    "prototypes",
    "refined",
    "similarity",
    "similarity_of",
    "smoothed",
    "to_pixels",
]
