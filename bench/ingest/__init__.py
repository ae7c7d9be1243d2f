"""What taking footage in costs: videos to frames, photos to facts, uploads to disk."""
