"""How festive a house is, evening by evening, and how unlike the others."""
