"""What goes into the session machine and what comes out: moments, events, effects, states.

Law: all of it is frozen values. Whatever depends on time brings its moment along.
"""

from dataclasses import dataclass
from datetime import datetime

from services.clock import BootTime
from services.model.ids import SessionId
from services.model.session import Ending, Plan, SessionClock, Sitting, Stage


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment on both clocks."""

    boot: BootTime
    wall: datetime
    """Aware, UTC."""


@dataclass(frozen=True, slots=True)
class Started:
    """Somebody sat down."""

    plan: Plan
    session: SessionId
    at: Moment


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time passed."""

    at: Moment


@dataclass(frozen=True, slots=True)
class Resumed:
    """The program is back: after a crash or a reboot with the stored sitting, or after a stop."""

    sitting: Sitting
    anchor: BootTime
    """As it was saved with the sitting."""
    at: Moment


@dataclass(frozen=True, slots=True)
class ExtendAsked:
    """Somebody wants five minutes more."""

    at: Moment


@dataclass(frozen=True, slots=True)
class EndAsked:
    """Somebody wants to stop."""

    at: Moment


@dataclass(frozen=True, slots=True)
class ComposeBegun:
    """There is something in the composer now."""


@dataclass(frozen=True, slots=True)
class ComposeEnded:
    """The composer is empty or closed."""


@dataclass(frozen=True, slots=True)
class SendBegun:
    """A text was handed to the outbox; it has left the composer."""


@dataclass(frozen=True, slots=True)
class SendEnded:
    """A send came to its outcome."""

    is_text_back: bool = False
    """It was not published and stands in the composer again."""


Event = (
    Started
    | Ticked
    | Resumed
    | ExtendAsked
    | EndAsked
    | ComposeBegun
    | ComposeEnded
    | SendBegun
    | SendEnded
)
"""Everything that can happen to a session; matched exhaustively."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Show the clock."""

    clock: SessionClock


@dataclass(frozen=True, slots=True)
class ChangeStage:
    """Say that the session came to another stage."""

    clock: SessionClock


@dataclass(frozen=True, slots=True)
class SaveSitting:
    """Write the sitting, and what its deadline is counted from, to the private store."""

    sitting: Sitting
    anchor: BootTime
    """Where the session began on the present boot clock; may lie before the boot."""


@dataclass(frozen=True, slots=True)
class OfferExtension:
    """Offer the first five minutes: somebody came back with less than two left."""

    clock: SessionClock


@dataclass(frozen=True, slots=True)
class End:
    """Go to the debrief."""

    session: SessionId
    why: Ending


Effect = Tick | ChangeStage | SaveSitting | OfferExtension | End
"""Everything the engine is told to do; carried out in order."""


@dataclass(frozen=True, slots=True)
class Unbegun:
    """Nobody has sat down."""


@dataclass(frozen=True, slots=True)
class Open:
    """A session that has not ended."""

    sitting: Sitting
    anchor: BootTime
    stage: Stage
    left_s: float
    """Until the deadline, in seconds to the millisecond; negative in GRACE."""
    seen: BootTime
    """When somebody last looked at the clock."""
    is_composing: bool = False
    sends: int = 0
    """Sends under way."""


@dataclass(frozen=True, slots=True)
class Over:
    """A session that has ended, for good."""

    sitting: Sitting


State = Unbegun | Open | Over
"""Where a session stands."""
