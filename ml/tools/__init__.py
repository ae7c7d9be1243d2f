"""Tools around the scorer; each stands alone and knows only `ml.types` and numpy."""
