"""A point or a box followed through a clip or a sequence of pictures, by its patches.

`follow(frames, box)` takes (at_ms, grid) of each frame and gives a Sight for each, `follow_boxes` takes many boxes of one frame
into the next; pure numpy on the tokens of any backbone.
"""

from ml.tools.follow.following import Manner, Sight, follow, follow_boxes
from ml.tools.follow.pixels import line_of, place_within
from ml.tools.follow.templates import FollowError

__all__ = ["FollowError", "Manner", "Sight", "follow", "follow_boxes", "line_of", "place_within"]
