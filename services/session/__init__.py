"""A timed sitting: the pure machine and the engine that gives it time and carries out its effects."""
