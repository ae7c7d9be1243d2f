"""Files on their way here, by tus 1.0.0."""
