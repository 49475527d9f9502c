"""Why the app ended."""

from enum import Enum


class Leaving(Enum):
    """What the program does after the screen has closed."""

    QUIT = "quit"
    TAKE_OVER = "take over"
    """Open again, with the lease of the other terminal."""
    TAKEN_OVER = "taken over"
