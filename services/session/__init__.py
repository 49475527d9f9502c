"""A timed sitting: the pure machine, and the engine that carries out its effects."""
