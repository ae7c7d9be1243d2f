"""Taking footage in, measured: video, photos, upload."""
