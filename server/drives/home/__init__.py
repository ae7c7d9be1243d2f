"""The circle around a driver's home in which nothing is recorded."""
