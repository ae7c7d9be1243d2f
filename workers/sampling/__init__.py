"""How frames are taken out of each kind of footage."""
