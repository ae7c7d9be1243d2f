"""A scorer in shadow: everything is scored by it beside the live one, from what was kept; no drive moves for it."""
