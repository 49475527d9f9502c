"""Posts that another tool has queued on a network: read here, never made here."""

from datetime import datetime
from enum import Enum
from typing import NewType

import msgspec

from services.model.ids import AccountId, NetworkName
from services.model.posts import Medium, Reach
from services.model.words import Safe

QueuedId = NewType("QueuedId", str)
"""One queued post, in its network's own words."""


class QueuedKind(Enum):
    """What a network keeps for us."""

    SCHEDULED = "queued"
    """It goes out by itself when its time comes."""
    DRAFT = "draft"
    """It is kept there and goes nowhere."""


class Queued(msgspec.Struct, frozen=True):
    """One post that waits on a network."""

    id: QueuedId
    account: AccountId
    network: NetworkName
    kind: QueuedKind
    body: Safe
    warning: Safe
    reach: Reach
    due_at: datetime | None
    """When it goes out by itself, UTC; ``None`` of a DRAFT."""
    media: tuple[Medium, ...] = ()
