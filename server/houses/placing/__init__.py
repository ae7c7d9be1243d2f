"""From a region in a frame to a place in the world, and how far off it stands."""
