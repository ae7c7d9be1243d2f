"""A season in a folder that any static host serves: tiles as PMTiles, tables, a page, and the card of the scorer."""
