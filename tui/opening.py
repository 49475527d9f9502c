"""How the full-screen program opens: what somebody asked for on the command line.

Law: a value of plain facts, made before anything heavy is imported and read once by ``tui.app``.
"""

from dataclasses import dataclass

from services.model.session import Plan


@dataclass(frozen=True, slots=True)
class OpenLobby:
    """Begin in the lobby."""


@dataclass(frozen=True, slots=True)
class OpenLive:
    """Begin in a session, without a question."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class OpenPractice:
    """Begin in a practice session."""

    seed: int | None = None
    """Which practice: the same seed gives the same words at the same times; ``None``, any."""


Opening = OpenLobby | OpenLive | OpenPractice
"""Everything the program can open with; matched exhaustively."""
