"""Damaged files for every parser that reads what strangers send. `python -m bench.fuzz` runs them all."""
