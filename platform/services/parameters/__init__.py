"""Parameters: what administrators set."""
