"""How the full-screen program opens: what somebody asked for on the command line.

Law: a value of plain facts, made before anything heavy is imported and read once by ``tui.app``.
"""

import msgspec

from services.model.session import Plan


class OpenLobby(msgspec.Struct, frozen=True):
    """Begin in the lobby."""


class OpenLive(msgspec.Struct, frozen=True):
    """Begin in a session, without a question."""

    plan: Plan


class OpenPractice(msgspec.Struct, frozen=True):
    """Begin in a practice session."""

    seed: int | None = None
    """Which practice: the same seed gives the same words at the same times; ``None``, any."""


Opening = OpenLobby | OpenLive | OpenPractice
"""Everything the program can open with; matched exhaustively."""
