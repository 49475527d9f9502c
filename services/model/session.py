"""A session: its plan, its phases, what can happen in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

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


@dataclass(frozen=True, slots=True)
class PhaseSpan:
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


@dataclass(frozen=True, slots=True)
class SessionClock:
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


@dataclass(frozen=True, slots=True)
class ClockTicked:
    """The clock moved."""

    clock: SessionClock


@dataclass(frozen=True, slots=True)
class StageChanged:
    """The session came to a new stage."""

    clock: SessionClock


@dataclass(frozen=True, slots=True)
class ExtensionOffered:
    """Somebody came back with less than two minutes left; five more are offered first."""

    clock: SessionClock


@dataclass(frozen=True, slots=True)
class SendSettled:
    """A send of this session reached a state in which nothing more happens by itself."""

    send: Send


@dataclass(frozen=True, slots=True)
class WentLive:
    """Somebody we answered in this session has answered us."""

    waiting: WaitingId
    name: Safe


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The session is over and its debrief can be read."""

    session: SessionId
    why: Ending


SessionEvent = ClockTicked | StageChanged | ExtensionOffered | SendSettled | WentLive | SessionEnded
"""Everything a session tells; matched exhaustively."""


@dataclass(frozen=True, slots=True)
class Sitting:
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
