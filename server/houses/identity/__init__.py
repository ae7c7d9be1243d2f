"""Which sightings show one house, across frames, drives, scorers and years."""
