"""Streets, neighbourhoods and addresses in numbers."""
