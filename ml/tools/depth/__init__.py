"""Festivity that does not depend on how far away the camera stood: by solid angle, and by square metre of front.

A picture's festivity is a share of its pixels, and a front at twice the distance covers a quarter of them. With the
camera's field of view and the distance of every patch the same map can be counted in steradians (what reaches the eye)
or in square metres (what hangs on the house).
"""

from ml.tools.depth.camera import DepthError, Pinhole
from ml.tools.depth.fronts import FrontSize, depth_in, front_at, front_of
from ml.tools.depth.weighting import Weighted, of_patches, weighted

__all__ = [
    "DepthError",
    "FrontSize",
    "Pinhole",
    "Weighted",
    "depth_in",
    "front_at",
    "front_of",
    "of_patches",
    "weighted",
]
