"""What becomes of each kind of file, and of the originals."""
