"""What may have changed: the families of facts that screens read again."""

from enum import Enum

import msgspec


class Family(Enum):
    """One kind of fact in the stores."""

    WAITING = "waiting"
    TOPICS = "topics"
    THREADS = "threads"
    OUTBOX = "outbox"
    DRAFTS = "drafts"
    SESSIONS = "sessions"
    PRESENCE = "presence"
    NETWORKS = "networks"
    FEEDS = "feeds"
    """How feeds are; hundreds of them change at a start."""
    LEASE = "lease"
    TASTES = "tastes"
    """What we want to see: words, people, topics that were joined or dismissed."""


class Changes(msgspec.Struct, frozen=True):
    """Families that changed since the last reading, coalesced."""

    families: frozenset[Family]
    revision: int
    """Grows with every change; equal revisions mean equal facts."""
