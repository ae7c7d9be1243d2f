"""What can be done with pictures and their tokens; no tool knows the scorer, and none opens a network by itself."""
