"""The queue of frames worth a label: what the live scorer is unsure of, what speaks against it, and in what order."""
