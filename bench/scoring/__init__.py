"""How fast pictures are scored, beside the loop of the forerunner, in one run on the same pictures and weights."""
