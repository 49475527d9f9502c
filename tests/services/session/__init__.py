"""The session machine, its rhythm and its engine."""
