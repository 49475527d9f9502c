"""A session: its plan, its phases, what can happen in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import msgspec

from services.model.ids import SessionId, WaitingId
from services.model.sending import Send
from services.model.words import NOTHING, Safe


class Phase(Enum):
    """Advice on what to do now; never a lock."""

    LISTEN = "listen"
    REPLY = "reply"
    JOIN = "join"
    WRAP = "wrap"


class Rhythm(Enum):
    """How a session's time is shared between its phases."""

    REPLY_FIRST = "reply-first"
    ON_THE_STORY = "on-the-story"


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody sits down for."""

    minutes: int
    rhythm: Rhythm = Rhythm.REPLY_FIRST
    intention: Safe = NOTHING
    is_practice: bool = False


class PhaseSpan(msgspec.Struct, frozen=True):
    """A phase's place on the track, as fractions of the session's length."""

    phase: Phase
    starts: float
    ends: float


class Stage(Enum):
    """How far a session is."""

    RUNNING = "running"
    CLOSING = "closing"
    """Two minutes or less are left: who is live is said."""
    GRACE = "grace"
    """Time is up; what was begun may be finished and sent within a minute."""
    ENDED = "ended"


class SessionClock(msgspec.Struct, frozen=True):
    """What the clock says, once a second."""

    session: SessionId
    stage: Stage
    phase: Phase
    seconds_left: int
    """Until the end; in GRACE until the grace is over."""
    fraction: float
    """Of the whole length that has passed, 0 to 1."""
    spans: tuple[PhaseSpan, ...]
    extensions_left: int


class Ending(Enum):
    """Why a session ended."""

    TIME = "time"
    ASKED = "asked"
    AWAY = "away"
    """The deadline passed while the program was not running."""


class ClockTicked(msgspec.Struct, frozen=True):
    """The clock moved."""

    clock: SessionClock


class StageChanged(msgspec.Struct, frozen=True):
    """The session came to a new stage."""

    clock: SessionClock


class ExtensionOffered(msgspec.Struct, frozen=True):
    """Somebody came back with less than two minutes left; five more are offered first."""

    clock: SessionClock


class SendSettled(msgspec.Struct, frozen=True):
    """A send of this session reached a state in which nothing more happens by itself."""

    send: Send


class WentLive(msgspec.Struct, frozen=True):
    """Somebody we answered in this session has answered us."""

    waiting: WaitingId
    name: Safe


class SessionEnded(msgspec.Struct, frozen=True):
    """The session is over and its debrief can be read."""

    session: SessionId
    why: Ending


SessionEvent = ClockTicked | StageChanged | ExtensionOffered | SendSettled | WentLive | SessionEnded
"""Everything a session tells; matched exhaustively."""


class Sitting(msgspec.Struct, frozen=True):
    """A session as the private store keeps it."""

    id: SessionId
    plan: Plan
    started_at: datetime
    ends_at: datetime
    """By the wall clock; moved by every extension."""
    extensions: int
    ended_at: datetime | None = None
    ending: Ending | None = None
    verdict: "Verdict | None" = None


class Verdict(Enum):
    """What somebody said when asked whether the intention was met."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
