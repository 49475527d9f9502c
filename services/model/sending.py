"""Sends and drafts: what somebody wrote here and what became of it."""

from datetime import datetime
from enum import Enum, IntEnum

import msgspec

from services.model.ids import (
    AccountId,
    NetworkName,
    PersonId,
    PostId,
    SendId,
    SessionId,
    ThreadId,
    TopicId,
)
from services.model.posts import Reach
from services.model.queue import QueuedId
from services.model.words import Safe


class TargetKind(Enum):
    """What a text speaks to."""

    REPLY = "reply"
    NEW = "new"
    TOPIC = "topic"
    """A post of our own about a topic, answering nobody."""
    EDIT = "edit"
    """Other words for a post of ours."""


class Picture(msgspec.Struct, frozen=True):
    """A picture that goes out with a text."""

    path: str
    """Where it lies on this machine, absolute; read when it is sent."""
    alt: str
    """What it shows, in the author's own words."""


class Target(msgspec.Struct, frozen=True):
    """To whom and as whom a text is said; two texts with equal targets are one draft."""

    kind: TargetKind
    account: AccountId
    network: NetworkName
    reach: Reach
    as_handle: Safe
    """The handle of the account that speaks."""
    thread: ThreadId | None = None
    post: PostId | None = None
    """The post that is replied to."""
    person: PersonId | None = None
    to_name: Safe | None = None
    """Whom the composer names; of a TOPIC its title."""
    topic: TopicId | None = None
    warning: str = ""
    """The content warning over it, the author's own words."""
    language: str = ""
    """BCP 47; empty where it is not said."""
    pictures: tuple[Picture, ...] = ()
    quotes: PostId | None = None
    """The post that it quotes."""
    edits: PostId | None = None
    """The post of ours that it replaces; of an EDIT only."""
    queued: QueuedId | None = None
    """The queued post that these words were taken from; said here, that one is cancelled."""

    @property
    def key(self) -> str:
        """What a draft is kept under beside its account."""
        match self.kind:
            case TargetKind.REPLY:
                return f"reply:{self.thread}:{self.person}"
            case TargetKind.NEW if self.queued is not None:
                return f"queued:{self.queued}"
            case TargetKind.NEW if self.quotes is not None:
                return f"quote:{self.quotes}"
            case TargetKind.NEW:
                return "new"
            case TargetKind.TOPIC:
                return f"topic:{self.topic}"
            case TargetKind.EDIT:
                return f"edit:{self.edits}"


class Draft(msgspec.Struct, frozen=True):
    """A text that has not been said."""

    target: Target
    body: str
    """The author's own keys, uncleaned: it is edited, and sent as it stands."""
    saved_at: datetime


class SendState(IntEnum):
    """Where a send stands; the numbers are those of the outbox table."""

    QUEUED = 0
    INFLIGHT = 1
    SENT = 2
    REJECTED = 3
    HELD = 4
    CHECK = 5

    @property
    def is_settled(self) -> bool:
        """Whether nothing more happens by itself."""
        return self not in (SendState.QUEUED, SendState.INFLIGHT)


class Send(msgspec.Struct, frozen=True):
    """One send as the outbox knows it; key and body never change."""

    id: SendId
    session: SessionId | None
    target: Target
    body: str
    state: SendState
    maybe_out: bool
    """A request has left, so the network may have it."""
    attempts: int
    reason: Safe | None
    """Why it was rejected or held, in the network's or our words."""
    post: PostId | None
    """What the network called it, once SENT."""
    pressed_at: datetime
    settled_at: datetime | None
    is_dismissed: bool = False
    """Its author has dealt with a REJECTED, HELD or CHECK."""
    is_given_back: bool = False
    """Its text stands in its target's draft again."""
    taken_back_at: datetime | None = None
    """When its author deleted it again, once SENT."""
