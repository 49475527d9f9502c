"""What goes into the session machine and what comes out: moments, events, effects, states.

Law: all of it is frozen values. Whatever depends on time brings its moment along.
"""

from datetime import datetime

import msgspec

from services.clock import BootTime
from services.model.ids import SessionId
from services.model.session import Ending, Plan, SessionClock, Sitting, Stage


class Moment(msgspec.Struct, frozen=True):
    """One moment on both clocks."""

    boot: BootTime
    wall: datetime
    """Aware, UTC."""


class Started(msgspec.Struct, frozen=True):
    """Somebody sat down."""

    plan: Plan
    session: SessionId
    at: Moment


class Ticked(msgspec.Struct, frozen=True):
    """Time passed."""

    at: Moment


class Resumed(msgspec.Struct, frozen=True):
    """The program is back: after a crash or a reboot with the stored sitting, or after a stop."""

    sitting: Sitting
    anchor: BootTime
    """As it was saved with the sitting."""
    at: Moment


class ExtendAsked(msgspec.Struct, frozen=True):
    """Somebody wants five minutes more."""

    at: Moment


class EndAsked(msgspec.Struct, frozen=True):
    """Somebody wants to stop."""

    at: Moment


class ComposeBegun(msgspec.Struct, frozen=True):
    """There is something in the composer now."""


class ComposeEnded(msgspec.Struct, frozen=True):
    """The composer is empty or closed."""


class SendBegun(msgspec.Struct, frozen=True):
    """A text was handed to the outbox; it has left the composer."""


class SendEnded(msgspec.Struct, frozen=True):
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


class Tick(msgspec.Struct, frozen=True):
    """Show the clock."""

    clock: SessionClock


class ChangeStage(msgspec.Struct, frozen=True):
    """Say that the session came to another stage."""

    clock: SessionClock


class SaveSitting(msgspec.Struct, frozen=True):
    """Write the sitting, and what its deadline is counted from, to the private store."""

    sitting: Sitting
    anchor: BootTime
    """Where the session began on the present boot clock; may lie before the boot."""


class OfferExtension(msgspec.Struct, frozen=True):
    """Offer the first five minutes: somebody came back with less than two left."""

    clock: SessionClock


class End(msgspec.Struct, frozen=True):
    """Go to the debrief."""

    session: SessionId
    why: Ending


Effect = Tick | ChangeStage | SaveSitting | OfferExtension | End
"""Everything the engine is told to do; carried out in order."""


class Unbegun(msgspec.Struct, frozen=True):
    """Nobody has sat down."""


class Open(msgspec.Struct, frozen=True):
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


class Over(msgspec.Struct, frozen=True):
    """A session that has ended, for good."""

    sitting: Sitting


State = Unbegun | Open | Over
"""Where a session stands."""
